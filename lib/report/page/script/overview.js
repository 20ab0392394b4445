// All maps as thumbnails.

const thumbnailCells = 48;  // at most so many a side
const frameBudget = 8;      // milliseconds of drawing thumbnails a frame

const thumbnails = [];  // a button of each map

/** A map's codes shrunk to so many cells a side: the largest of those that fall together. */
function shrink(map, width, height) {
  const cells = new Uint16Array(width * height);
  for (let i = 0, q = 0; q < map.rows; ++q) {
    const y = Math.floor((q * height) / map.rows) * width;
    for (let k = 0; k < map.columns; ++k, ++i) {
      const at = y + Math.floor((k * width) / map.columns);
      if (map.codes[i] !== noNumber && map.codes[i] > cells[at]) cells[at] = map.codes[i];
    }
  }
  return cells;
}

/** An image of codes in the colours of the ramp; what is below the threshold, or no number, has the colour of nothing. */
function imageOf(map, codes, width, height) {
  const image = new ImageData(width, height);
  const least = thresholdCode();
  for (let i = 0; i < codes.length; ++i) {
    const strength = codes[i] < least ? 0 : strengthOf(map, codes[i]);
    image.data.set(rampAt(strength), 4 * i);
    image.data[4 * i + 3] = codes[i] === noNumber ? 0 : 255;
  }
  return image;
}

function drawThumbnail(index) {
  const map = readMap(state.sequence, index);
  const canvas = thumbnails[index].firstChild;
  const [width, height] = [Math.min(map.columns, thumbnailCells), Math.min(map.rows, thumbnailCells)];
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d').putImageData(imageOf(map, shrink(map, width, height), width, height), 0, 0);
}

/** Draws thumbnails from `next` on, as many a frame as its time allows. */
const drawThumbnails = (() => {
  let run = 0;
  return () => {
    const mine = ++run;
    const some = (next) => {
      if (mine !== run) return;
      const end = performance.now() + frameBudget;
      while (next < thumbnails.length && performance.now() < end) drawThumbnail(next++);
      if (next < thumbnails.length) requestAnimationFrame(() => some(next));
      else byId('heads').dataset.drawn = thumbnails.length;
    };
    some(0);
  };
})();

function thumbnail(index) {
  const button = element('button', {type: 'button', className: 'thumbnail', tabIndex: -1, title: titleOf(index), 'aria-label': titleOf(index)}, [
    element('canvas', {width: 1, height: 1, 'aria-hidden': 'true'}),
  ]);
  button.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) toggleShown(index);
    else choose(index);
  });
  thumbnails[index] = button;
  return button;
}

function overviewRow({layer, maps}, row) {
  const cells = maps.map((index) => element('div', {role: 'gridcell'}, [thumbnail(index)]));
  const label = layer === null ? 'all' : `${layer}`;
  const all = element('button', {type: 'button', className: 'row-button', textContent: label, title: 'Lines of all of this row',
    'aria-label': layer === null ? 'lines of all heads' : `lines of all heads of layer ${layer}`});
  all.addEventListener('click', () => toggleRow(row));
  return element('div', {role: 'row', className: 'head-row'}, [element('div', {role: 'rowheader'}, [all]), ...cells]);
}

/** The numbers of the heads above the columns. */
function columnHeads() {
  const titles = mapRows[0].maps.map((index) => {
    const [layer, head] = page.maps[index];
    return element('div', {role: 'columnheader', textContent: `${head ?? layer ?? ''}`});
  });
  const corner = element('div', {role: 'columnheader', className: 'corner', textContent: mapRows[0].layer === null ? '' : 'layer'});
  return element('div', {role: 'row', className: 'head-row'}, [corner, ...titles]);
}

function makeOverview() {
  const heads = byId('heads');
  heads.append(columnHeads(), ...mapRows.map(overviewRow));
  const columns = Math.max(...mapRows.map((row) => row.maps.length));
  document.body.style.setProperty('--columns', columns);
  document.body.classList.toggle('strip', mapRows.length <= 2 && columns >= 8);
  document.body.classList.toggle('single', page.maps.length === 1);
}

/** Scrolls the list of heads, but not the page, so that a thumbnail is seen. */
function revealThumbnail(button) {
  const list = byId('heads'), box = list.getBoundingClientRect(), at = button.getBoundingClientRect();
  list.scrollTop += Math.min(0, at.top - box.top - 24) + Math.max(0, at.bottom - box.bottom + 8);
  list.scrollLeft += Math.min(0, at.left - box.left - 48) + Math.max(0, at.right - box.right + 8);
}

function markThumbnails() {
  thumbnails.forEach((button, index) => {
    const current = index === state.current;
    button.tabIndex = current ? 0 : -1;
    button.parentElement.setAttribute('aria-selected', current);
    button.classList.toggle('current', current);
    button.style.setProperty('--head', state.shown.length > 1 && state.shown.includes(index) ? headColour(index) : 'transparent');
  });
  revealThumbnail(thumbnails[state.current]);
  if (thumbnails.includes(document.activeElement)) thumbnails[state.current].focus({preventScroll: true});
}

paintOn(['sequence', 'scale', 'threshold', 'theme'], drawThumbnails);
paintOn(['current', 'shown', 'theme'], markThumbnails);
