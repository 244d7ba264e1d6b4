// What the islands say, in the language of the page.

import en from "./words/en.json";
import fr from "./words/fr.json";

export type Word = keyof typeof en;

const CATALOGUES: Record<string, Record<Word, string>> = { en, fr };

/** The words of the page's language; English where the language has no catalogue. */
export function say(word: Word): string {
  const language = document.documentElement.lang.slice(0, 2).toLowerCase();
  return (CATALOGUES[language] ?? en)[word];
}
