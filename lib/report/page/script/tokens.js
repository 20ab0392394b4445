// The tokens on both sides of the lines, and the heads whose lines are drawn.

function tokenItem(side, text, index) {
  const button = element('button', {type: 'button', tabIndex: index === 0 ? 0 : -1}, [
    tokenElement(text), element('span', {className: 'number', 'aria-hidden': 'true'}),
  ]);
  const spot = () => (side === 'query' ? {query: index} : {key: index});
  const item = element('li', {}, [button]);
  item.addEventListener('pointerenter', () => point(spot()));
  button.addEventListener('focus', () => button.matches(':focus-visible') && focusToken(spot()));
  button.addEventListener('click', () => pin(spot()));
  return item;
}

function focusToken(spot) {
  update({spot, pinned: false});
  announce(spotText(spot));
}

function makeTokens() {
  const lists = [['query', byId('queries'), queriesOf(state.sequence)], ['key', byId('keys'), keysOf(state.sequence)]];
  for (const [side, list, texts] of lists) {
    list.replaceChildren(...texts.map((text, index) => tokenItem(side, text, index)));
  }
  byId('lines').style.setProperty('--row', `${rowHeight()}px`);
}

/** The code of a shown map between the spot and a token of the other side. */
function codeToSpot(map, side, index) {
  const {query, key} = state.spot;
  if (side === 'key') return query === undefined ? noNumber : map.codes[query * map.columns + index];
  return query !== undefined || key === undefined ? noNumber : map.codes[index * map.columns + key];
}

/** Strips behind a token, one a head, as strong as its link to the spot. */
function stripsOf(codes, maps) {
  const share = 100 / maps.length;
  const strips = maps.map((map, i) => {
    const strength = codes[i] < thresholdCode() ? 0 : Math.round(strengthOf(map, codes[i]) * 70);
    const colour = `color-mix(in srgb, ${headColour(map.index)} ${strength}%, transparent)`;
    return `${colour} ${i * share}% ${(i + 1) * share}%`;
  });
  return `linear-gradient(90deg, ${strips.join(', ')})`;
}

/** The mean of the heads' weights; nothing where it would read 0.000. */
function meanText(codes) {
  const text = decimals(codes.reduce((sum, code) => sum + (code === noNumber ? 0 : valueOf(code)), 0) / codes.length, 3);
  return Number(text) === 0 ? '' : text;
}

function markToken(button, side, index, maps) {
  const isSpot = state.spot !== null && state.spot[side] === index;
  const codes = state.spot === null ? [] : maps.map((map) => codeToSpot(map, side, index));
  const linked = codes.some((code) => code !== noNumber);
  button.classList.toggle('spot', isSpot);
  button.style.backgroundImage = linked && !isSpot ? stripsOf(codes, maps) : '';
  button.lastChild.textContent = linked && Math.max(...codes) >= thresholdCode() ? meanText(codes) : '';
}

function markTokens() {
  const maps = shownMaps();
  for (const [side, list] of [['query', byId('queries')], ['key', byId('keys')]]) {
    Array.from(list.children).forEach((item, index) => markToken(item.firstChild, side, index, maps));
  }
  byId('lines').classList.toggle('lit', state.spot !== null);
}

/** Up and down move in a list, left and right to the other one. */
function moveInTokens(event) {
  const item = event.target.closest('li');
  const steps = {ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -1e6, End: 1e6};
  const across = {ArrowLeft: 'queries', ArrowRight: 'keys'};
  if (item === null || !(event.key in steps || event.key in across)) return;
  const list = event.key in across ? byId(across[event.key]) : item.parentElement;
  const wanted = Array.from(item.parentElement.children).indexOf(item) + (steps[event.key] ?? 0);
  const target = list.children[Math.min(Math.max(wanted, 0), list.children.length - 1)].firstChild;
  event.preventDefault();
  event.stopPropagation();
  for (const other of list.querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}

function makeChips() {
  const maps = new Set([...mapRows[rowOf(state.current)].maps, ...state.shown]);
  const chips = [...maps].sort((a, b) => a - b).map((index) => {
    const [layer, head] = page.maps[index];
    const own = rowOf(index) === rowOf(state.current);
    const text = own ? `${head ?? layer ?? page.tensor}` : `${layer}.${head}`;
    const chip = element('button', {type: 'button', className: 'chip', textContent: text, title: titleOf(index),
      'aria-label': titleOf(index), 'aria-pressed': state.shown.includes(index)});
    chip.style.setProperty('--head', headColour(index));
    chip.dataset.map = index;
    chip.addEventListener('click', () => toggleShown(index));
    return chip;
  });
  const focused = document.activeElement?.dataset?.map;
  byId('chips').replaceChildren(...chips);
  chips.find((chip) => chip.dataset.map === focused)?.focus();
}

function listenToTokens() {
  const scroller = byId('lines');
  scroller.addEventListener('scroll', () => repaint(['scroll']), {passive: true});
  scroller.addEventListener('pointerleave', () => point(null));
  scroller.addEventListener('keydown', moveInTokens);
  scroller.addEventListener('focusout', () => point(null));
}

paintOn(['sequence'], makeTokens);
paintOn(['current', 'shown', 'theme'], makeChips);
paintOn(['sequence', 'current', 'shown', 'scale', 'threshold', 'spot', 'theme'], markTokens);
