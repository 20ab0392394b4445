// Colours of the page's theme, as canvases need them.

const darkTheme = matchMedia('(prefers-color-scheme: dark)');
const rampSize = 256;
let theme = null;

/** "#1b2c3d" as three numbers. */
const channelsOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A colour for each of rampSize strengths, between the stops of --ramp. */
function rampOf(stops) {
  const ramp = [];
  for (let i = 0; i < rampSize; ++i) {
    const at = (i / (rampSize - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(at), stops.length - 2);
    ramp.push(stops[below].map((from, c) => Math.round(from + (stops[below + 1][c] - from) * (at - below))));
  }
  return ramp;
}

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  const list = (name) => value(name).split(/\s+/);
  theme = {
    ramp: rampOf(list('--ramp').map(channelsOf)),
    heads: list('--heads'),
    surface: value('--surface'),
    text: value('--text'),
    quiet: value('--quiet'),
    edge: value('--edge'),
    mark: value('--mark'),
    font: style.fontFamily,
  };
}

readTheme();
darkTheme.addEventListener('change', () => {
  readTheme();
  repaint(['theme']);
});

const rampAt = (strength) => theme.ramp[Math.round(strength * (rampSize - 1))];

/** Heads of a layer differ in colour; beyond the number of colours they begin anew. */
const headColour = (index) => theme.heads[columnOf(index) % theme.heads.length];

/** Gives a canvas `width` by `height` CSS pixels, sharp on any screen, and returns its empty context. */
function sizedContext(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
