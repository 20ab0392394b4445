# Sourced by run: each case_NAME is a test.

model=$here/../../golden/families/bert  # 2 layers of 2 heads; 7 positions

save() { (cd "$folder" && "$mha" --quiet "$@"); }

text_of() { script "return document.querySelector('$1').textContent"; }

# same WHAT WANTED
same() {
  [[ $1 == "$2" ]] && return
  printf 'expected %s\nfound    %s\n' "$2" "$1" >&2
  return 1
}

# How many different colours there are in a canvas. A copy is read: the page's own stays one that is only drawn on.
colours() {
  script "const canvas = document.querySelector('$1'), copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d', {willReadFrequently: true});
    context.drawImage(canvas, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer)).size"
}

# Nothing in the console; no request but those for the files themselves; nothing that the page has loaded.
check_silence() {
  same "$(logs browser)" ''
  same "$(script "return performance.getEntriesByType('resource').map((entry) => entry.name)")" '[]'
  same "$(requests | sed "s|^file://$folder/[a-z0-9]*\.html$|the file|" | sort -u)" 'the file'
}

requests() { logs performance | jq -r '.message | select(.method == "Network.requestWillBeSent") | .params.request.url'; }

open_two_layers() {
  save --model "$model" --ids 2,5,6,7,3 --layers all --save two.html
  open_page two.html
}

case_all_is_drawn() {
  open_two_layers
  same "$(script "return document.querySelectorAll('.thumbnail').length")" 4
  for canvas in '.thumbnail canvas' '#lines-canvas' '#matrix-canvas' '#legend'; do
    (($(colours "$canvas") > 3)) || { echo "nothing in $canvas" >&2; return 1; }
  done
  same "$(script "return Array.from(document.querySelectorAll('#queries .token'), (t) => t.textContent)")" '["2","5","6","7","3"]'
  same "$(script "return document.querySelectorAll('#stats tbody tr').length")" 4
  same "$(text_of '#stage-title')" '"layer 0 head 0"'
}

# The largest weight by another way: the table that mha prints.
case_the_strongest_link_is_told() {
  open_two_layers
  local link
  link=$("$mha" --model "$model" --ids 2,5,6,7,3 --top 1000 --format json --layers all |
    jq -c '[.links[] | select(.layer == 1 and .head == 1)][0] | [.query_token, .key_token, .weight]')
  press Down Right
  eventually "return document.getElementById('stage-title').textContent" '"layer 1 head 1"'
  same "$(text_of '#summary')" "$(jq -c '"strongest link \(.[0]) → \(.[1]) " + (.[2] * 100 | round / 100 | tostring)' <<<"$link")"
  eventually "return document.getElementById('live').textContent.startsWith('layer 1 head 1: strongest link')" true
}

case_pointing_at_a_token_shows_its_links() {
  open_two_layers
  local before
  before=$(colours '#lines-canvas')
  hover '#queries li:nth-child(2) button'
  eventually "return document.querySelector('#queries .spot .token')?.textContent" '"5"'
  (($(colours '#lines-canvas') < before))
  # The numbers beside the keys are the query's row of weights.
  local sum
  sum=$(script "return Array.from(document.querySelectorAll('#keys .number'), (n) => Number(n.textContent)).reduce((a, b) => a + b)")
  jq -e '. > 0.99 and . < 1.01' <<<"$sum" >/dev/null
  eventually "return document.getElementById('readout').textContent.startsWith('layer 0 head 0: 5 attends to ')" true
  hover '#title'
  eventually "return document.querySelectorAll('.spot').length" 0
}

case_a_click_keeps_a_token_and_escape_lets_it_go() {
  open_two_layers
  click '#keys li:nth-child(3) button'
  hover '#title'
  eventually "return document.querySelector('#keys .spot .token')?.textContent" '"6"'
  press Escape
  eventually "return document.querySelectorAll('.spot').length" 0
}

case_pointing_at_a_cell_shows_its_number() {
  open_two_layers
  local wanted place
  place=$(script "const p = matrixPlace, b = document.getElementById('matrix').getBoundingClientRect();
    return [p.left + 2.5 * p.cell - b.width / 2, p.head + 1.5 * p.cell - b.height / 2].map(Math.round)")
  hover '#matrix' "$(jq '.[0]' <<<"$place")" "$(jq '.[1]' <<<"$place")"
  wanted=$("$mha" --model "$model" --ids 2,5,6,7,3 --top 1000 --format json |
    jq '[.links[] | select(.head == 0 and .query == 1 and .key == 2)][0].weight')
  eventually "const [, number] = document.getElementById('readout').textContent.match(/^layer 0 head 0: 5 → 6 ([0-9.]+)$/) ?? [];
    return Math.abs(Number(number) - $wanted) < 1e-4" true
}

case_keys_choose_heads_views_and_thresholds() {
  open_two_layers
  local title="return document.getElementById('stage-title').textContent"
  press Right
  eventually "$title" '"layer 0 head 1"'
  press Right Down
  eventually "$title" '"layer 1 head 1"'
  press Left Up Up
  eventually "$title" '"layer 0 head 0"'
  local view="return document.getElementById('views').dataset.view"
  same "$(script "$view")" '"both"'
  press t
  eventually "$view" '"lines"'
  same "$(script "return getComputedStyle(document.getElementById('matrix-panel')).display")" '"none"'
  press t t
  eventually "$view" '"both"'
  local before
  before=$(colours '#matrix-canvas')
  press ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ] ]
  eventually "return document.getElementById('threshold-text').textContent" '"0.3136"'
  (($(colours '#matrix-canvas') < before))
  press [ -
  eventually "return document.getElementById('threshold').value" '"52"'
  press '?'
  eventually "return document.getElementById('help').open" true
  press Escape
  eventually "return document.getElementById('help').open" false
}

case_keys_move_in_tokens_and_in_the_matrix() {
  open_two_layers
  script "document.querySelector('#queries button').focus()" >/dev/null
  press Down Down
  eventually "return document.activeElement.querySelector('.token').textContent + document.activeElement.closest('ol').id" '"6queries"'
  eventually "return document.querySelector('#queries .spot .token')?.textContent" '"6"'
  press Right
  eventually "return document.activeElement.closest('ol').id" '"keys"'
  same "$(text_of '#stage-title')" '"layer 0 head 0"'
  script "document.getElementById('matrix').focus()" >/dev/null
  press Right Down Right Right
  eventually "return document.getElementById('readout').textContent.slice(0, 22)" '"layer 0 head 0: 5 → 6 "'
}

case_the_tab_key_reaches_every_part() {
  open_two_layers
  local reached=''
  for _ in {1..40}; do
    press Tab
    reached+=" $(script "return document.activeElement.closest('[id]')?.id ?? ''" | jq -r .)"
  done
  for part in help-button heads view scale threshold chips queries keys matrix links stats; do
    [[ " $reached " == *" $part "* ]] || { echo "no way to $part:$reached" >&2; return 1; }
  done
}

case_several_heads_have_colours() {
  open_two_layers
  local before pressed="return Array.from(document.querySelectorAll('.chip'), (chip) => chip.getAttribute('aria-pressed'))"
  same "$(script "$pressed")" '["true","false"]'
  before=$(colours '#lines-canvas')
  click '.chip:nth-child(2)'
  eventually "$pressed" '["true","true"]'
  (($(colours '#lines-canvas') > before))
  same "$(text_of '#stage-title')" '"layer 0 head 0"'
  click '.chip:nth-child(1)'
  eventually "$pressed" '["false","true"]'
  eventually "return document.getElementById('stage-title').textContent" '"layer 0 head 1"'
  click '.row-button'
  eventually "$pressed" '["true","true"]'
  click '.head-row:nth-child(3) .thumbnail'
  eventually "return document.getElementById('stage-title').textContent" '"layer 1 head 0"'
}

case_a_click_on_a_column_sorts_the_statistics() {
  open_two_layers
  local column="return Array.from(document.querySelectorAll('#stats tbody tr'), (row) => Number(row.cells[2].textContent))"
  local order="return document.querySelector('#stats th:nth-child(3)').getAttribute('aria-sort')"
  same "$(script "$order")" '"none"'
  click '#stats th:nth-child(3) button'
  eventually "$order" '"descending"'
  same "$(script "$column")" "$(script "$column" | jq -c 'sort | reverse')"
  click '#stats th:nth-child(3) button'
  eventually "$order" '"ascending"'
  same "$(script "$column")" "$(script "$column" | jq -c sort)"
  # As mha itself sorts.
  same "$(script "return Array.from(document.querySelectorAll('#stats tbody tr'), (row) => [Number(row.cells[0].textContent), Number(row.cells[1].textContent)])")" \
    "$("$mha" --model "$model" --ids 2,5,6,7,3 --layers all --stats --sort=-entropy --format json | jq -c '[.stats[] | [.layer, .head]]')"
  click '#stats tbody tr:last-child button'
  eventually "return document.querySelector('#stats tr[aria-current]') === document.querySelector('#stats tbody tr:last-child')" true
}

case_sequences_of_a_batch_are_chosen() {
  save --text 'time flies' --text 'السلام عليكم' --text '注意力' --num-heads 2 --hidden-size 8 --save batch.html
  open_page batch.html
  press n
  eventually "return document.querySelector('#text bdi').textContent" '"السلام عليكم"'
  same "$(script "return getComputedStyle(document.querySelector('#text bdi')).direction")" '"rtl"'
  same "$(script "return getComputedStyle(document.body).direction")" '"ltr"'
  press n
  eventually "return Array.from(document.querySelectorAll('#keys .token'), (t) => t.textContent).join('')" '"注意力"'
  press n
  eventually "return document.getElementById('sequence').value" '"0"'
}

case_cross_attention_has_two_texts() {
  save --text 'a b' --context 'c d e' --num-heads 2 --hidden-size 8 --save cross.html
  open_page cross.html
  same "$(script "return ['queries', 'keys'].map((id) => Array.from(document.querySelectorAll('#' + id + ' .token'), (t) => t.textContent).join(' '))")" '["a b","c d e"]'
  same "$(script "const map = mapOf(0, 0); return [map.rows, map.columns]")" '[2,3]'
}

case_given_heads_have_no_model() {
  local heads=$here/../../golden/own_heads/plain
  save --query "$heads/query.npy" --key "$heads/key.npy" --value "$heads/value.npy" --save given.html
  open_page given.html
  same "$(text_of '#subtitle bdi')" '"given heads"'
  (($(colours '#matrix-canvas') > 3))
}

case_texts_are_never_markup() {
  local evil='<img src=x onerror=hacked()> </script><script>window.hacked = 1</script> <!-- <script> &amp; ]]> "'"'"
  save --text "$evil" --context "$evil" --num-heads 2 --hidden-size 8 --save evil.html
  open_page evil.html
  same "$(script 'return [window.hacked ?? null, document.images.length]')" '[null,0]'
  same "$(text_of '#text bdi')" "$(jq -nc --arg text "$evil" '$text')"
  same "$(script "return document.querySelector('#queries .token').textContent")" '"<"'
  # The policy stops what would still get in: a script, a style, a request.
  same "$(script "const s = document.createElement('script'); s.textContent = 'window.hacked = 2'; document.body.append(s); return window.hacked ?? null")" null
  logs browser | grep -q 'Content Security Policy'
}

case_numbers_are_those_that_were_computed() {
  open_two_layers
  local links
  links=$("$mha" --model "$model" --ids 2,5,6,7,3 --top 1000 --layers all --format json | jq -c .links)
  same "$(jq length <<<"$links")" 100
  same "$(script "return $links.filter(({layer, head, query, key, weight}) =>
    Math.abs(valueOf(mapOf(0, page.maps.findIndex(([l, h]) => l === layer && h === head)).codes[query * 5 + key]) - weight) > 0.5 / 65534 + 1e-12)")" '[]'
}

case_light_and_dark_and_narrow() {
  open_two_layers
  local surface="return getComputedStyle(document.getElementById('stage')).backgroundColor"
  devtools Emulation.setEmulatedMedia '{"features": [{"name": "prefers-color-scheme", "value": "dark"}]}' >/dev/null
  eventually "$surface" '"rgb(23, 27, 33)"'
  eventually "return theme.surface" '"#171b21"'
  devtools Emulation.setEmulatedMedia '{"features": [{"name": "prefers-color-scheme", "value": "light"}]}' >/dev/null
  eventually "$surface" '"rgb(255, 255, 255)"'
  devtools Emulation.setDeviceMetricsOverride '{"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": false}' >/dev/null
  local long
  long=$folder/$(printf 'longname%.0s' {1..12})
  ln -s "$(readlink -f "$model")" "$long"
  save --model "$long" --ids 2,5 --save long.html
  open_page long.html
  same "$(script "return document.documentElement.scrollWidth <= 400")" true
  open_page two.html
  same "$(script "return document.documentElement.scrollWidth <= 400")" true
  same "$(script "return document.getElementById('views').dataset.view")" '"lines"'
  devtools Emulation.clearDeviceMetricsOverride '{}' >/dev/null
}

# 12 layers of 12 heads of 64 tokens: under 4 MB, and another head within a few frames. Of eight changes the third fastest
# counts, for the others may have met other work of the machine.
case_a_large_page_is_small_and_quick() {
  save --ids "$(seq -s, 1000 1063)" --num-heads 144 --hidden-size 288 --save large.html
  (($(stat -c %s "$folder/large.html") < 4000000))
  open_page large.html
  same "$(script "return document.querySelectorAll('.thumbnail').length")" 144
  script "performance.clearMeasures()" >/dev/null
  for head in {1..8}; do
    press Right
    eventually "return document.getElementById('stage-title').textContent" "\"head $head\""
  done
  local times
  times=$(script "return performance.getEntriesByName('paint').filter((entry) => entry.detail.includes('current'))
    .map((entry) => Math.round(entry.duration)).sort((a, b) => a - b)")
  echo "drawing another head took ms: $times"
  jq -e 'length == 8 and .[2] < 50' <<<"$times" >/dev/null
}
