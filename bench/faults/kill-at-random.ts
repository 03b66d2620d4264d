import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../packages/core/src/verdict/simulated-traffic.ts'
import type { Victim } from './cluster.ts'

export interface KillPlan {
  seed: number
  /** Of each victim. */
  times: number
  onKill(victim: Victim, done: number, all: number): void
}

/** Until what was killed is started again, at most. */
const longestDownMs = 1_500
const [shortestUnitMs, longestUnitMs] = [1_500, 5_000]

/**
 * Kills each victim so many times, in an order that the seed decides, and starts it again each time. Several may be down at the
 * same moment, all of them too. A pause lasts up to twice as long as a start took last: on a machine where that is long, servers
 * that never get to work would prove nothing. But for one that is slow for a moment, nobody waits. Answers when all are up.
 */
export async function killAtRandom(victims: readonly Victim[], { seed, times, onKill }: KillPlan): Promise<void> {
  const random = seededRandom(seed)
  const order = shuffled(
    victims.flatMap(victim => Array.from({ length: times }, () => victim)),
    random,
  )
  let unitMs = shortestUnitMs
  const starting = new Map<Victim, Promise<void>>()
  for (const [done, victim] of order.entries()) {
    await sleep(random() * 2 * unitMs)
    const downMs = random() * longestDownMs
    // One that is down cannot be killed; in the middle of its start it can.
    if (!victim.isUp()) await starting.get(victim)
    await victim.kill()
    victim.killedAtMs.push(performance.now())
    onKill(victim, done + 1, order.length)
    const started = sleep(downMs).then(async () => {
      const beganMs = performance.now()
      await victim.start()
      if (victim.kind === 'server')
        unitMs = Math.min(longestUnitMs, Math.max(shortestUnitMs, performance.now() - beganMs))
    })
    started.catch(() => undefined)
    starting.set(victim, started)
  }
  await Promise.all(starting.values())
}

function shuffled<T>(all: T[], random: () => number): T[] {
  const left = [...all]
  return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T)
}
