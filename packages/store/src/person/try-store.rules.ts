import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const minuteMs = 60_000

export const tryRules: Rules = {
  'counts each try once, also many at once, within a window that the first one began': async ({ store: { tries } }) => {
    const counted = await Promise.all(Array.from({ length: 10 }, () => tries.count('a', minuteMs)))
    expect(counted.map(one => one.tries).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const { leftMs } = await tries.count('a', 10 * minuteMs)
    expect(leftMs).toBeGreaterThan(minuteMs / 2)
    expect(leftMs).toBeLessThanOrEqual(minuteMs)
    expect(await tries.count('b', minuteMs)).toMatchObject({ tries: 1 })
  },

  'takes one back, or all of somebody': async ({ store: { tries } }) => {
    for (let n = 0; n < 3; n++) await tries.count('c', minuteMs)
    await tries.takeBack('c')
    expect(await tries.count('c', minuteMs)).toMatchObject({ tries: 3 })
    await tries.forget('c')
    await tries.takeBack('c')
    expect(await tries.count('c', minuteMs)).toMatchObject({ tries: 1 })
  },

  'begins anew when the window is over, and forgets what is over': async ({ database, store: { tries } }) => {
    await tries.count('d', minuteMs)
    await tries.count('e', minuteMs)
    await database.exec(`update gantry.sign_in_tries set until = clock_timestamp() where key in ('d', 'e')`)
    expect(await tries.count('d', minuteMs)).toMatchObject({ tries: 1 })
    await tries.prune()
    const { rows } = await database.session(session => session.query('select key from gantry.sign_in_tries', []))
    expect(rows.flat()).toContain('d')
    expect(rows.flat()).not.toContain('e')
  },
}
