/** Colours and other codes of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
const codes = /\u001b\[[0-9;?]*[A-Za-z]/g
const longest = 240

/** What a terminal would show of it: without colours, whose codes end in a letter that would join the word behind. */
export const plain = (text: string): string => text.replaceAll(codes, '')

/**
 * What was said, as one sentence that fits beside other things and the lines to fold below it. Programs say failures in
 * as many lines as they like, or in one line of JSON that fills a screen: nothing of either is lost, it only moves down.
 *
 * @example inOneSentence('column "x" is missing\nDETAIL: …') // { sentence: 'column "x" is missing', rest: ['DETAIL: …'] }
 */
export function inOneSentence(said: string): { sentence: string; rest: string[] } {
  const [first = '', ...more] = plain(said)
    .split(/\r?\n/)
    .map(line => line.trimEnd())
    .filter(line => line.trim() !== '')
  const sentence = first.trim()
  if (sentence.length <= longest) return { sentence, rest: more }
  return { sentence: cutAtWord(sentence), rest: [sentence, ...more] }
}

function cutAtWord(text: string): string {
  const space = text.lastIndexOf(' ', longest - 1)
  return `${text.slice(0, space > longest / 2 ? space : longest - 1).trimEnd()}…`
}
