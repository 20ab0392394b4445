// What is chosen, and who draws it.

const state = {
  sequence: 0,
  current: 0,        // the map in the matrix
  shown: [0],        // the maps whose lines are drawn
  view: 'both',
  scale: 'own',      // 'own': strength is relative to the map's largest; 'same': to the page's
  threshold: 0,      // steps of the slider, 0 to 100
  spot: null,        // {query, key}: one of both, or both, under the pointer or the focus
  pinned: false,     // the spot stays when the pointer leaves
};

const painters = [];  // {needs: names of the state, draw}
const changed = new Set();

/** Has `draw` called, once a frame, after any of `needs` has changed. */
function paintOn(needs, draw) {
  painters.push({needs, draw});
}

function repaint(names) {
  if (changed.size === 0) requestAnimationFrame(paint);
  for (const name of names) changed.add(name);
}

function paint() {
  const names = new Set(changed);
  changed.clear();
  const begin = performance.now();
  for (const painter of painters) {
    if (painter.needs.some((name) => names.has(name))) painter.draw(names);
  }
  performance.measure('paint', {start: begin, end: performance.now(), detail: [...names]});
}

function update(values) {
  const names = Object.keys(values).filter((name) => state[name] !== values[name]);
  if (names.length === 0) return;
  Object.assign(state, values);
  repaint(names);
}

/** The smallest code that is not hidden: the slider goes by the square, for most weights are small. */
const thresholdCode = () => Math.round((state.threshold / 100) ** 2 * page.steps);

/** 0 to 1. */
function strengthOf(map, code) {
  if (code === noNumber) return 0;
  if (state.scale === 'same') return code / page.steps;
  return (code - map.least) / Math.max(1, map.largest - map.least);
}

const choose = (index) => update({current: index, shown: [index]});

/** Adds a map to the lines, or takes it away; the last one stays. */
function toggleShown(index) {
  if (!state.shown.includes(index)) return update({shown: [...state.shown, index].sort((a, b) => a - b)});
  const shown = state.shown.filter((other) => other !== index);
  if (shown.length === 0) return;
  update({shown, current: state.current === index ? shown[0] : state.current});
}

/** Draws the lines of all maps of a row, or of the current one alone if that is so already. */
function toggleRow(row) {
  const {maps} = mapRows[row];
  const all = maps.length === state.shown.length && maps.every((index) => state.shown.includes(index));
  const current = maps.includes(state.current) ? state.current : maps[0];
  update({shown: all ? [current] : [...maps], current});
}

/** The maps `rows` below and `columns` to the right, as far as there are any. */
function step(rows, columns) {
  const within = (value, size) => Math.min(Math.max(value, 0), size - 1);
  const {maps} = mapRows[within(rowOf(state.current) + rows, mapRows.length)];
  choose(maps[within(columnOf(state.current) + columns, maps.length)]);
}

const point = (spot) => state.pinned || update({spot});

/** Keeps a spot when the pointer leaves it, or lets go of it. */
function pin(spot) {
  const same = state.pinned && state.spot?.query === spot.query && state.spot?.key === spot.key;
  update({spot: same ? null : spot, pinned: !same});
}
