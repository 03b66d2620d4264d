import { describe, expect, test } from 'vitest'
import { type KeptPush, pushersOf } from './github-push.ts'

const sha = (letter: string) => letter.repeat(40)
const shas = (letters: string) => [...letters].map(sha)
const ids: Record<string, number> = { ana: 1, bo: 2, eve: 3 }
/** `fresh` and `moved` by letters. */
const push = (login: string, minute: number, over: Partial<KeptPush> & { brings?: string; moves?: string } = {}) => {
  const { brings = '', moves = '', ...rest } = over
  const one: KeptPush = {
    ...{ ref: 'refs/heads/fix', before: sha('0'), after: sha('f'), actor: { id: ids[login] ?? 0, login } },
    ...{ at: new Date(Date.UTC(2026, 10, 28, 8, minute)).toISOString(), fresh: shas(brings), moved: shas(moves) },
    ...{ emails: [], isOnTheWay: false },
    ...rest,
  }
  return one
}
const names = (pushes: KeptPush[], letters: string) =>
  pushersOf(pushes, shas(letters)).map(text => text.replace(/ <.*/, ''))
const main = { ref: 'refs/heads/main', isOnTheWay: true }

describe('who pushed part of a release', () => {
  test('is whoever brought one of its commits to GitHub, in whichever push that was', () => {
    const pushes = [push('bo', 1, { brings: 'a' }), push('eve', 2, { brings: 'b' }), push('ana', 3, { brings: 'c' })]
    expect(names(pushes, 'ab')).toEqual(['bo', 'eve'])
    expect(names(pushes, 'd')).toEqual([])
  })

  test('is not who merged it into a branch of their own, told by GitHub or found out by us', () => {
    const first = push('bo', 1, { brings: 'a' })
    expect(names([first, push('ana', 2, { brings: 'b', moves: 'a' })], 'a')).toEqual(['bo'])
    // Asked for, not told: everything of the push looks new.
    expect(names([push('ana', 2, { brings: 'ab' }), first], 'a')).toEqual(['bo'])
  })

  test('is also who merged it by the button, or moved the branch that is deployed', () => {
    const written = push('bo', 1, { brings: 'a' })
    expect(names([written, push('ana', 2, { ...main, brings: 'm', moves: 'a' })], 'am')).toEqual(['ana', 'bo'])
    expect(names([written, push('ana', 2, { ...main, moves: 'a' })], 'a')).toEqual(['ana', 'bo'])
  })

  test('is also who moved it there again after somebody forced it back', () => {
    const pushes = [
      push('bo', 1, { ...main, brings: 'ab' }),
      push('ana', 2, { ...main, before: sha('b'), after: sha('a'), moves: 'a' }),
      push('eve', 3, { ...main, before: sha('a'), after: sha('b'), moves: 'b' }),
    ]
    expect(names(pushes, 'b')).toEqual(['bo', 'eve'])
    expect(names(pushes, 'ab')).toEqual(['ana', 'bo', 'eve'])
  })

  test('is named with the number of the account, and with the addresses GitHub knows it by', () => {
    expect(pushersOf([push('bo', 1, { brings: 'a', emails: ['bo@example.com'] })], shas('a'))).toEqual([
      'bo <2+bo@users.noreply.github.com>',
      'bo <bo@example.com>',
    ])
  })
})
