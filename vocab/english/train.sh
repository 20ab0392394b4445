#!/bin/bash
# Trains english.model again from the texts of Debian 12 packages that NOTICE names, and checks that it came out bit
# for bit as before. Downloads the packages and unpacks them; installs nothing. Takes half a minute and 400 MB of
# memory. Never run by the build or the tests.
#
#   train.sh [FOLDER]      the folder to work in, kept afterwards (default: a temporary one, removed)
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
if [ $# -gt 0 ]; then
  mkdir -p "$1" && cd "$1"
else
  work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work"
fi

texts="wordnet-base=1:3.0-37 bible-kjv=4.38 bible-kjv-text=4.38 dict-devil=1.0-13.1 jargon-text=4.4.7-4.1
       miscfiles=1.5+dfsg-4"
trainer="sentencepiece=0.1.97-3+b1 libsentencepiece0=0.1.97-3+b1"
apt-get download -qq $texts $trainer
for package in *.deb; do dpkg -x "$package" root; done

# One paragraph a line, without indentation.
paragraphs() {
  awk 'BEGIN { RS = ""; FS = "\n" }
       { line = ""
         for (i = 1; i <= NF; i++) { gsub(/^[ \t]+|[ \t]+$/, "", $i); line = line (line == "" ? "" : " ") $i }
         print line }'
}

# The glosses of WordNet stand behind a bar; lines that begin with two spaces are its licence.
wordnet() {
  for part in noun verb adj adv; do
    grep -v '^  ' root/usr/share/wordnet/data.$part | sed 's/^[^|]*| //; s/ *$//'
  done
}

# The King James Bible, a verse a line, without the verse numbers and the greeting of the program.
bible() {
  echo 'gen1:1-rev22:21' | root/usr/bin/bible -f -p root/usr/lib -l 100000 2>/dev/null |
    sed -E 's/^[1-3]?[A-Za-z]+[0-9]+:[0-9]+ //' | grep -v -e '^bible' -e '^Hit ' | sed '/^$/d'
}

{
  wordnet
  bible
  zcat -f root/usr/share/dictd/devil.dict.dz | paragraphs
  zcat root/usr/share/doc/jargon-text/jargon.txt.gz | paragraphs
  zcat root/usr/share/state/us-*.gz | paragraphs
} > corpus.txt
sha256sum --check --quiet <<< 'bfb13aed3273d0ff7f9a2902e75ca4cf55cb09c45d23ca1487838ae44cc05619  corpus.txt'

# The names of input and output are stored in the model: they stay relative. The result depends on the number of
# threads: one.
library=$(dirname "$(find "$PWD/root/usr/lib" -name 'libsentencepiece_train.so.0' -print -quit)")
LD_LIBRARY_PATH=$library root/usr/bin/spm_train --input=corpus.txt --model_prefix=english --num_threads=1 \
  --model_type=unigram --vocab_size=8000 --byte_fallback=true --character_coverage=1.0 \
  --normalization_rule_name=nmt_nfkc_cf --max_sentence_length=65536 \
  --pad_id=0 --unk_id=1 --bos_id=2 --eos_id=3 --control_symbols='[MASK]' \
  --pad_piece='[PAD]' --unk_piece='[UNK]' --bos_piece='[CLS]' --eos_piece='[SEP]' 2> train.log ||
  { tail -n 5 train.log >&2; exit 1; }

cp english.model "$here/english.model"
cd "$here" && sha256sum --check sha256
