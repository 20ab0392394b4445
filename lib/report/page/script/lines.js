// Lines from queries to keys, as BertViz draws them: the stronger a link the darker its line, a colour a head.

const mostLines = 12000;  // more take longer than a frame, and are a blot
const shades = 24;        // lines of one shade are drawn at once
const faintest = 0.015;   // less is a haze

const rowHeight = () => (Math.max(queriesOf(state.sequence).length, keysOf(state.sequence).length) > 40 ? 20 : 26);

const shownMaps = () => state.shown.map((index) => mapOf(state.sequence, index));

/** Of a map's codes that are not hidden, the smallest that may be drawn if no more than `most` lines are. */
function smallestDrawn(map, most) {
  const least = Math.max(thresholdCode(), 1);
  if (map.codes.length <= most || state.spot !== null) return least;
  const counts = new Uint32Array(noNumber + 1);
  for (const code of map.codes) ++counts[code];
  let code = noNumber - 1;
  for (let lines = 0; code > least && lines + counts[code] <= most; --code) lines += counts[code];
  return Math.max(least, code);
}

/** How dark lines are of which there are so many: a single one as its weight says, of a crowd only the strong ones. */
const shadeExponent = (map) => (state.spot === null ? 1 + Math.min(1.5, Math.log10(Math.max(1, map.rows * map.columns)) / 2.4) : 1);

/** The queries and keys whose lines the spot leaves, [begin, end) each: all, one query's, or else one key's. */
function litRange(map) {
  const {query, key} = state.spot ?? {};
  if (query !== undefined) return {queries: [query, query + 1], keys: [0, map.columns]};
  return {queries: [0, map.rows], keys: key === undefined ? [0, map.columns] : [key, key + 1]};
}

/** Lists the visible lines of a map by their shade: [query, key, query, key...] each. */
function linesByShade(map, least, window) {
  const lists = Array.from({length: shades}, () => []);
  const {queries, keys} = litRange(map);
  for (let query = queries[0]; query < queries[1]; ++query) {
    for (let key = keys[0]; key < keys[1]; ++key) {
      const code = map.codes[query * map.columns + key];
      if (code < least || code === noNumber) continue;
      if ((query < window.first && key < window.first) || (query > window.last && key > window.last)) continue;
      lists[Math.min(shades - 1, Math.floor(strengthOf(map, code) * shades))].push(query, key);
    }
  }
  return lists;
}

function strokeLines(context, list, width, window) {
  const y = (token) => (token + 0.5) * window.height - window.top;
  context.beginPath();
  for (let i = 0; i < list.length; i += 2) {
    context.moveTo(0, y(list[i]));
    context.lineTo(width, y(list[i + 1]));
  }
  context.stroke();
}

function drawMapLines(context, map, width, window) {
  const least = smallestDrawn(map, mostLines / state.shown.length);
  const exponent = shadeExponent(map);
  context.strokeStyle = headColour(map.index);
  linesByShade(map, least, window).forEach((list, shade) => {
    const strength = (shade + 0.5) / shades;
    context.globalAlpha = strength ** exponent;
    if (list.length === 0 || context.globalAlpha < faintest) return;
    context.lineWidth = 0.75 + 1.5 * strength;
    strokeLines(context, list, width, window);
  });
}

/** The tokens in view: the scroller shows [top, top + size) of rows of `height`. */
function lineWindow() {
  const scroller = byId('lines');
  const height = rowHeight(), top = scroller.scrollTop, size = scroller.clientHeight;
  return {height, top, size, first: Math.floor(top / height), last: Math.ceil((top + size) / height)};
}

function drawLines() {
  if (state.view === 'matrix') return;
  const canvas = byId('lines-canvas'), window = lineWindow();
  const tokens = Math.max(queriesOf(state.sequence).length, keysOf(state.sequence).length);
  canvas.style.width = '';  // as wide as the lists of tokens leave it
  const width = canvas.clientWidth;
  const context = sizedContext(canvas, width, Math.min(window.size, tokens * window.height));
  for (const map of shownMaps()) drawMapLines(context, map, width, window);
  context.globalAlpha = 1;
  noteLines();
}

function noteLines() {
  const all = mapOf(state.sequence, state.current).codes.length * state.shown.length;
  const text = `The ${mostLines.toLocaleString('en')} strongest of ${all.toLocaleString('en')} links are drawn.`;
  byId('lines-note').textContent = all > mostLines ? text : '';
}

paintOn(['sequence', 'current', 'shown', 'view', 'scale', 'threshold', 'spot', 'scroll', 'size', 'theme'], drawLines);
