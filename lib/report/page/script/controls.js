// Fields and keys.

const views = ['both', 'lines', 'matrix'];
const thresholdStep = 2;

function moveThreshold(by) {
  update({threshold: Math.min(Math.max(state.threshold + by, 0), 100)});
  announce(`hidden below ${numberText(thresholdCode())}`);
}

function nextView() {
  update({view: views[(views.indexOf(state.view) + 1) % views.length]});
  announce(`view: ${state.view}`);
}

function nextSequence(by) {
  const count = page.sequences.length;
  if (count > 1) chooseSequence((state.sequence + by + count) % count);
}

const chooseSequence = (sequence) => update({sequence, spot: null, pinned: false});

const nextScale = () => update({scale: state.scale === 'own' ? 'same' : 'own'});

/** Keys by what they do; those of the first group are letters and signs, which can be switched off. */
const letterKeys = [
  {keys: ['[', '-'], meaning: 'hide less', act: () => moveThreshold(-thresholdStep)},
  {keys: [']', '+'], meaning: 'hide more', act: () => moveThreshold(thresholdStep)},
  {keys: ['t'], meaning: 'lines, matrix, or both', act: nextView},
  {keys: ['s'], meaning: 'scale: each head’s largest, or the same for all', act: nextScale},
  {keys: ['a'], meaning: 'lines of all heads of the layer, or of one', act: () => toggleRow(rowOf(state.current))},
  {keys: ['n'], meaning: 'next sequence', act: () => nextSequence(1)},
  {keys: ['p'], meaning: 'previous sequence', act: () => nextSequence(-1)},
  {keys: ['?'], meaning: 'this help', act: () => byId('help').showModal()},
];
const otherKeys = [
  {keys: ['ArrowLeft'], act: () => step(0, -1)},
  {keys: ['ArrowRight'], act: () => step(0, 1)},
  {keys: ['ArrowUp'], act: () => step(-1, 0)},
  {keys: ['ArrowDown'], act: () => step(1, 0)},
  {keys: ['Escape'], act: () => update({spot: null, pinned: false})},
];
const explainedKeys = [
  {keys: ['← → ↑ ↓'], meaning: 'another head; within the tokens another token, within the matrix another cell'},
  ...letterKeys,
  {keys: ['Esc'], meaning: 'let go of a token that a click keeps'},
];

/** True where arrow keys and letters have a meaning of their own. */
const usesKeys = (target) => target.matches('input, select, textarea, .table-scroller, [contenteditable]');

function handleKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || byId('help').open) return;
  const letters = byId('shortcuts').checked ? letterKeys : [];
  const isLetter = (entry) => letters.includes(entry);
  const entry = [...letters, ...otherKeys].find(({keys}) => keys.includes(event.key));
  if (entry === undefined || (usesKeys(event.target) && !(isLetter(entry) && event.target.matches('[type=range], [type=radio]')))) return;
  event.preventDefault();
  entry.act();
}

function makeHelp() {
  byId('key-list').append(...explainedKeys.flatMap(({keys, meaning}) => [
    element('dt', {}, keys.map((key) => element('kbd', {textContent: key}))), element('dd', {textContent: meaning}),
  ]));
  byId('help-button').addEventListener('click', () => byId('help').showModal());
}

/** A short form of a text for a list. */
function shortText(text) {
  const characters = Array.from(text);
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text;
}

function makeSequences() {
  const select = byId('sequence');
  byId('sequence-field').hidden = page.sequences.length === 1;
  select.append(...page.sequences.map(({texts, queries}, index) =>
    element('option', {value: index, dir: 'auto', textContent: `${index}: ${shortText(texts.join(' ') || queries.join(' '))}`})));
  select.addEventListener('change', () => chooseSequence(Number(select.value)));
}

/** A change of a field in a group of radio buttons goes to the state, and the other way. */
function bindRadios(id) {
  byId(id).addEventListener('change', (event) => update({[id]: event.target.value}));
  paintOn([id], () => {
    for (const input of byId(id).querySelectorAll('input')) input.checked = input.value === state[id];
  });
}

function makeControls() {
  makeHelp();
  makeSequences();
  bindRadios('view');
  bindRadios('scale');
  byId('threshold').addEventListener('input', (event) => update({threshold: Number(event.target.value)}));
  document.addEventListener('keydown', handleKey);
}

function showThreshold() {
  byId('threshold').value = state.threshold;
  byId('threshold').setAttribute('aria-valuetext', numberText(thresholdCode()));
  byId('threshold-text').textContent = state.threshold === 0 ? 'off' : numberText(thresholdCode());
}

function showSequence() {
  byId('sequence').value = state.sequence;
  const {texts, contexts} = sequenceOf(state.sequence);
  const line = (title) => (text) => element('p', {}, [
    ...(title ? [element('span', {className: 'quiet', textContent: title})] : []), element('bdi', {dir: 'auto', textContent: text}),
  ]);
  byId('text').replaceChildren(...texts.map(line(contexts.length > 0 ? 'queries' : '')), ...contexts.map(line('keys')));
}

function showView() {
  byId('views').dataset.view = state.view;
  repaint(['size']);
}

function showSummary() {
  byId('stage-title').textContent = titleOf(state.current);
  const text = summaryText();
  byId('summary').textContent = text.slice(text.indexOf(': ') + 2);
  announce(text);
}

const pointHint = 'Point at a token or a cell to see its links and their numbers; click to keep them.';

function showReadout() {
  byId('readout').textContent = state.spot === null ? pointHint : spotText(state.spot);
  byId('readout').classList.toggle('quiet', state.spot === null);
}

paintOn(['sequence'], showSequence);
paintOn(['threshold'], showThreshold);
paintOn(['view'], showView);
paintOn(['sequence', 'current'], showSummary);
paintOn(['sequence', 'current', 'spot'], showReadout);
