// The chosen map as a matrix. The canvas is as large as what is in view; labels stay at its edges.

let matrixPlace = null;  // where the cells are, of the last drawing

const matrixImage = {key: '', canvas: document.createElement('canvas')};

/** The map as an image of a pixel a cell, drawn anew when what it shows has changed. */
function imageOfMap(map) {
  const key = [state.sequence, state.current, state.scale, state.threshold, darkTheme.matches].join();
  if (matrixImage.key === key) return matrixImage.canvas;
  const {canvas} = matrixImage;
  [canvas.width, canvas.height] = [map.columns, map.rows];
  canvas.getContext('2d').putImageData(imageOf(map, map.codes, map.columns, map.rows), 0, 0);
  matrixImage.key = key;
  return canvas;
}

function drawCells(context, map, {cell, left, head, x, y}) {
  context.imageSmoothingEnabled = false;
  context.drawImage(imageOfMap(map), left - x, head - y, map.columns * cell, map.rows * cell);
  if (cell < 18) return;
  context.strokeStyle = theme.surface;
  context.beginPath();
  for (let q = 1; q < map.rows; ++q) context.rect(left - x, head + q * cell - y - 0.5, map.columns * cell, 0);
  for (let k = 1; k < map.columns; ++k) context.rect(left + k * cell - x - 0.5, head - y, 0, map.rows * cell);
  context.stroke();
}

/** Frames the spot's row, column, or cell. */
function drawSpot(context, map, {cell, left, head, x, y}) {
  if (state.spot === null) return;
  const {query, key} = state.spot;
  context.strokeStyle = theme.mark;
  context.lineWidth = query !== undefined && key !== undefined ? 1 : 2;
  const frame = (k, q, width, height) => context.strokeRect(left + k * cell - x, head + q * cell - y, width * cell, height * cell);
  if (query !== undefined) frame(0, query, map.columns, 1);
  if (key !== undefined) frame(key, 0, 1, map.rows);
  context.lineWidth = 2;
  if (query !== undefined && key !== undefined) frame(key, query, 1, 1);
}

function drawMatrix() {
  if (state.view === 'lines') return;
  const scroller = byId('matrix'), canvas = byId('matrix-canvas');
  const map = mapOf(state.sequence, state.current);
  const layout = layOut(canvas.getContext('2d'), map, scroller.clientWidth);
  const full = {width: layout.left + map.columns * layout.cell + 2, height: layout.head + map.rows * layout.cell + 2};
  const space = byId('matrix-space');
  space.style.width = `${full.width}px`;
  space.style.height = `${full.height}px`;
  const width = Math.min(full.width, scroller.clientWidth), height = Math.min(full.height, scroller.clientHeight);
  matrixPlace = {...layout, x: scroller.scrollLeft, y: scroller.scrollTop, width, height};
  const context = sizedContext(canvas, width, height);
  drawCells(context, map, matrixPlace);
  drawSpot(context, map, matrixPlace);
  drawLabels(context, matrixPlace);
}

/** The query and key under the pointer; of a label only one of both; nothing beside. */
function spotAt(event) {
  const box = byId('matrix-canvas').getBoundingClientRect();
  const {cell, left, head, x, y} = matrixPlace;
  const [across, down] = [event.clientX - box.left, event.clientY - box.top];
  const key = across < left ? undefined : Math.floor((across - left + x) / cell);
  const query = down < head ? undefined : Math.floor((down - head + y) / cell);
  const inside = (index, tokens) => index === undefined || (index >= 0 && index < tokens.length);
  if (!inside(key, keysOf(state.sequence)) || !inside(query, queriesOf(state.sequence))) return null;
  return key === undefined && query === undefined ? null : {query, key};
}

function samePlace(spot) {
  return spot?.query === state.spot?.query && spot?.key === state.spot?.key;
}

/** Scrolls so that a cell is seen beside the labels. */
function reveal({query, key}) {
  const scroller = byId('matrix'), {cell, left, head} = matrixPlace;
  const into = (at, from, size, room) => Math.min(Math.max(from, at + size - room), at);
  scroller.scrollLeft = into(key * cell, scroller.scrollLeft, cell, scroller.clientWidth - left);
  scroller.scrollTop = into(query * cell, scroller.scrollTop, cell, scroller.clientHeight - head);
}

function moveInMatrix(event) {
  const steps = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -1e6], End: [0, 1e6]};
  const by = steps[event.key];
  if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const map = mapOf(state.sequence, state.current);
  const {query = 0, key = 0} = state.spot ?? {query: -by[0], key: -by[1]};
  const within = (value, size) => Math.min(Math.max(value, 0), size - 1);
  const spot = {query: within(query + by[0], map.rows), key: within(key + by[1], map.columns)};
  update({spot, pinned: false});
  reveal(spot);
  announce(spotText(spot));
}

function listenToMatrix() {
  const scroller = byId('matrix');
  scroller.addEventListener('scroll', () => repaint(['scroll']), {passive: true});
  scroller.addEventListener('pointermove', (event) => {
    const spot = spotAt(event);
    if (!samePlace(spot)) point(spot);
  });
  scroller.addEventListener('pointerleave', () => point(null));
  scroller.addEventListener('click', (event) => {
    const spot = spotAt(event);
    if (spot !== null) pin(spot);
  });
  scroller.addEventListener('keydown', moveInMatrix);
  scroller.addEventListener('blur', () => point(null));
}

/** What the colours stand for, at the ends of the scale. */
function drawLegend() {
  const map = mapOf(state.sequence, state.current);
  const own = state.scale === 'own' && map.largest >= 0;
  byId('legend-least').textContent = own ? numberText(map.least, 2) : decimals(page.least, 2);
  byId('legend-largest').textContent = own ? numberText(map.largest, 3) : decimals(page.largest, 2);
  const canvas = byId('legend'), context = canvas.getContext('2d');
  for (let i = 0; i < canvas.width; ++i) {
    context.fillStyle = `rgb(${rampAt(i / (canvas.width - 1)).join()})`;
    context.fillRect(i, 0, 1, canvas.height);
  }
}

paintOn(['sequence', 'current', 'view', 'scale', 'threshold', 'spot', 'scroll', 'size', 'theme'], drawMatrix);
paintOn(['sequence', 'current', 'scale', 'theme'], drawLegend);
