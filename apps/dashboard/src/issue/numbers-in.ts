/** `#13, 14` as numbers; nothing of a text that is anything else. */
export function numbersIn(text: string): number[] {
  const words = text.split(/[\s,]+/).filter(Boolean)
  return words.every(word => /^#?[1-9]\d{0,9}$/.test(word)) ? words.map(word => Number(word.replace('#', ''))) : []
}
