import { GantryError, type Project } from '@gantry/core'
import { expect, test } from 'vitest'
import { adoptPushed } from './adopt-pushed.ts'

const sha = 'a'.repeat(40)
const config = { environments: { staging: { on: 'trunk' }, production: { from: 'staging' } } }

/** What a push of that branch leads to, where GitHub says the branch is at `there`. */
async function pushed(
  over: {
    ref?: string
    after?: string | null
    there?: string | null
    own?: string | null
    known?: string
    fault?: Error
  } = {},
) {
  const { ref = 'refs/heads/trunk', after = sha, there = sha, own = null, known = 'b'.repeat(40), fault } = over
  const [adopted, warned]: [string[], string[]] = [[], []]
  const client = { get: async () => (there === null ? null : { commit: { sha: there } }) }
  await adoptPushed(
    { kind: 'push', ref, after, actor: 'ana' },
    {
      github: { connected: async () => ({ client, repo: '/repos/acme/shop' }) as never },
      repository: { head: async () => own },
      home: {
        current: async () => ({ config, configSha: known }) as unknown as Project,
        async adopt(one) {
          if (fault) throw fault
          adopted.push(one)
          return config as never
        },
      },
      log: { warn: (_facts, message) => void warned.push(message) },
    },
  )
  return { adopted, warned }
}

test('the config of what the deployed branch is at now is taken, however old the word of it', async () => {
  expect((await pushed()).adopted).toEqual([sha])
  expect((await pushed({ after: 'c'.repeat(40) })).adopted).toEqual([sha])
})

test.each([
  ['another branch', { ref: 'refs/heads/main' }],
  ['a tag of its name', { ref: 'refs/tags/trunk' }],
  ['a branch that was removed', { after: null }],
  ['a branch that is gone by now', { there: null }],
  ['what is known already', { known: sha }],
  ['a project whose code is pushed to Gantry', { own: 'd'.repeat(40) }],
])('%s leads to nothing', async (_, over) => expect((await pushed(over)).adopted).toEqual([]))

test('a config that cannot be read leaves the former one in force, and is no delivery to try again', async () => {
  const invalid = await pushed({ fault: new GantryError('CONFIG_INVALID', 'project: expected a name') })
  expect(invalid).toEqual({ adopted: [], warned: ['the config that was pushed on GitHub was not taken'] })
  await expect(pushed({ fault: new Error('the disk is full') })).rejects.toThrow('disk')
})
