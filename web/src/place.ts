// A place as the pages write it: latitude and longitude in degrees, as `59.44, 24.75`.

import type { Place } from "./equalearth.ts";

/** Write a place to a hundredth of a degree (about a kilometre). */
export function write(place: Place): string {
  return `${hundredth(place.latitude)}, ${hundredth(place.longitude)}`;
}

/** Read what `write` wrote or a person typed; null where it is no place. */
export function read(text: string): Place | null {
  const parts = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const [latitude = NaN, longitude = NaN] = parts;
  const known = parts.length === 2 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return known ? { latitude, longitude } : null;
}

function hundredth(degrees: number): string {
  return String(Math.round(degrees * 100) / 100 + 0); // + 0 turns -0 into 0
}
