# Sourced: a headless Chromium, driven by WebDriver (W3C) over HTTP with curl and jq. The caller sets folder.

driver_log=${folder:?}/chromedriver.log

# rest METHOD PATH [JSON]: prints the value of the answer; fails with the driver's words.
rest() {
  local body=()
  [[ $1 == POST ]] && body=(-H 'Content-Type: application/json' -d "${3:-{\}}")
  curl -sS --noproxy '*' -X "$1" "${body[@]}" "$driver$2" |
    jq -c '.value | if type == "object" and has("error") then error("\(.error): \(.message)") else . end'
}

# start_browser WIDTH HEIGHT: no window, no sandbox for root, logs of the console and of requests.
start_browser() {
  local port='' arguments
  : >"$driver_log"
  chromedriver --port=0 >"$driver_log" 2>&1 &
  driver_process=$!
  for _ in {1..100}; do
    port=$(sed -n 's/.*successfully on port \([0-9]*\).*/\1/p' "$driver_log")
    [[ $port ]] && break
    sleep 0.1
  done
  driver=http://127.0.0.1:$port
  arguments=$(jq -nc --arg size "--window-size=$1,$2" --arg data "--user-data-dir=$folder/profile" \
    '["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", $size, $data]')
  session=/session/$(rest POST /session "{\"capabilities\": {\"alwaysMatch\": {\"browserName\": \"chrome\",
    \"goog:chromeOptions\": {\"args\": $arguments},
    \"goog:loggingPrefs\": {\"browser\": \"ALL\", \"performance\": \"ALL\"}}}}" | jq -r .sessionId)
}

# Leaves the browser's own first page, and forgets what it asked for.
forget_first_page() {
  rest POST "$session/url" '{"url": "about:blank"}' >/dev/null
  eventually "return document.readyState" '"complete"'
  logs performance >/dev/null
}

stop_browser() {
  [[ -z ${session:-} ]] || rest DELETE "$session" >/dev/null || true
  [[ -z ${driver_process:-} ]] || kill "$driver_process" 2>/dev/null || true
}

# Opens a file of the folder, and waits until all thumbnails are drawn.
open_page() {
  rest POST "$session/url" "$(jq -nc --arg url "file://$folder/$1" '{url: $url}')" >/dev/null
  eventually "return document.getElementById('heads').dataset.drawn > 0" true
}

# script TEXT: runs JavaScript in the page, prints what it returns, as JSON.
script() { rest POST "$session/execute/sync" "$(jq -nc --arg script "$1" '{script: $script, args: []}')"; }

# devtools METHOD PARAMETERS: a command of the DevTools protocol.
devtools() { rest POST "$session/goog/cdp/execute" "{\"cmd\": \"$1\", \"params\": $2}"; }

element() {
  rest POST "$session/element" "$(jq -nc --arg value "$1" '{using: "css selector", value: $value}')" | jq -r '.[]'
}

# Input as a user gives it. press KEY...: letters, signs, or the names of some keys (WebDriver, section 17.4.2).
press() {
  rest POST "$session/actions" "$(jq -nc --args '
    {Tab: "\ue004", Enter: "\ue007", Escape: "\ue00c", Left: "\ue012", Up: "\ue013", Right: "\ue014", Down: "\ue015"} as $codes |
    [$ARGS.positional[] | ($codes[.] // .) | {type: "keyDown", value: .}, {type: "keyUp", value: .}] |
    {actions: [{type: "key", id: "keys", actions: .}]}' -- "$@")" >/dev/null
}

# pointer ELEMENT X Y [ACTION...]: moves to a place from an element's middle, then {"type": "pointerDown"} and the like.
pointer() {
  local place
  place=$(element "$1")
  rest POST "$session/actions" "{\"actions\": [{\"type\": \"pointer\", \"id\": \"mouse\", \"actions\":
    [{\"type\": \"pointerMove\", \"x\": $2, \"y\": $3, \"origin\": {\"element-6066-11e4-a52e-4f735466cecf\": \"$place\"}}${4:+, $4}]}]}" >/dev/null
}

hover() { pointer "$1" "${2:-0}" "${3:-0}"; }
click() { pointer "$1" "${2:-0}" "${3:-0}" '{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}'; }

# eventually SCRIPT VALUE: waits until the script returns that JSON, for a busy machine half a minute at most.
eventually() {
  local found=''
  for _ in {1..300}; do
    found=$(script "$1") && [[ $found == "$2" ]] && return
    sleep 0.1
  done
  printf 'expected %s\nfound    %s\nof       %s\n' "$2" "$found" "$1" >&2
  return 1
}

# logs KIND: the browser's log since the last call, a message a line.
logs() { rest POST "$session/se/log" "{\"type\": \"$1\"}" | jq -r '.[].message'; }
