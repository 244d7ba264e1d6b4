// The projection and its inverse agree with comity.formats.worldmap, which wrote places.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { invert, project } from "../src/equalearth.ts";
import { read, write } from "../src/place.ts";

type Row = { latitude: number; longitude: number; x: number; y: number };
const rows = JSON.parse(readFileSync(new URL("./places.json", import.meta.url), "utf8")) as Row[];

test("a place stands where the server draws it", () => {
  for (const row of rows) {
    const spot = project(row);
    assert.ok(Math.abs(spot.x - row.x) < 1e-6 && Math.abs(spot.y - row.y) < 1e-6, JSON.stringify(row));
  }
});

test("a spot of the drawing gives its place back, to a tenth of what is written", () => {
  for (const row of rows) {
    const place = invert(row);
    assert.ok(place, JSON.stringify(row));
    assert.ok(Math.abs(place.latitude - row.latitude) < 1e-3, JSON.stringify([row, place]));
    assert.ok(Math.abs(place.longitude - row.longitude) < 1e-3, JSON.stringify([row, place]));
  }
});

test("what lies outside the world is no place", () => {
  for (const [x, y] of [[0, 0], [959, 2], [1, 460], [480, -5], [-3, 233]] as const) assert.equal(invert({ x, y }), null);
});

test("a place is written to a hundredth of a degree, and read again", () => {
  assert.equal(write({ latitude: 59.437, longitude: 24.7535 }), "59.44, 24.75");
  assert.equal(write({ latitude: -0.001, longitude: -180 }), "0, -180");
  assert.deepEqual(read(" 59.44,24.75 "), { latitude: 59.44, longitude: 24.75 });
  for (const text of ["", "59.44", "91, 0", "0, 181", "north, east", "1, 2, 3", ","]) assert.equal(read(text), null);
});
