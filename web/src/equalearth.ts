// The Equal Earth projection and its inverse, as comity.formats.worldmap.project has it.
//
// Rules:
// 1. The projection is Equal Earth (Savric, Patterson and Jenny 2018, International Journal of Geographical Information
//    Science 33: 454-465, equations 1 to 3); x runs right and y down, in units of a drawing 960 wide.
// 2. The inverse solves for theta by Newton's iteration, as section 4 of the paper does.
// 3. A point outside the outline of the world is no place: null.

const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const WIDTH = 960;
const SCALE = WIDTH / 5.413259;
const HEIGHT = 2 * 1.317363 * SCALE;
const DEGREE = Math.PI / 180;
const SLACK = 0.005; // degrees by which the edge may be passed through rounding

export interface Place {
  latitude: number;
  longitude: number;
}

export interface Spot {
  x: number;
  y: number;
}

/** Where a place, in degrees, stands on the drawing. */
export function project(place: Place): Spot {
  const theta = Math.asin(M * Math.sin(place.latitude * DEGREE));
  const x = (place.longitude * DEGREE * Math.cos(theta)) / (M * slope(theta));
  return { x: WIDTH / 2 + x * SCALE, y: HEIGHT / 2 - height(theta) * SCALE };
}

/** The place, in degrees, that stands at a spot of the drawing; null outside the world (rule 3). */
export function invert(spot: Spot): Place | null {
  const x = (spot.x - WIDTH / 2) / SCALE;
  const y = (HEIGHT / 2 - spot.y) / SCALE;
  const theta = thetaOf(y);
  const sine = Math.sin(theta) / M;
  if (Math.abs(sine) > 1 + 1e-6) return null;
  const latitude = Math.asin(within(sine, 1)) / DEGREE;
  const longitude = (M * x * slope(theta)) / (Math.cos(theta) * DEGREE);
  if (Math.abs(longitude) > 180 + SLACK) return null;
  return { latitude, longitude: within(longitude, 180) };
}

/** The parametric latitude of a height: rule 2. */
function thetaOf(y: number): number {
  let theta = y / A1;
  for (let step = 0; step < 20; step += 1) {
    const change = (height(theta) - y) / slope(theta);
    theta -= change;
    if (Math.abs(change) < 1e-12) break;
  }
  return theta;
}

function height(theta: number): number {
  const squared = theta * theta;
  const sixth = squared ** 3;
  return theta * (A1 + A2 * squared + sixth * (A3 + A4 * squared));
}

/** The derivative of `height`. */
function slope(theta: number): number {
  const squared = theta * theta;
  const sixth = squared ** 3;
  return A1 + 3 * A2 * squared + sixth * (7 * A3 + 9 * A4 * squared);
}

function within(value: number, limit: number): number {
  return Math.min(Math.max(value, -limit), limit);
}
