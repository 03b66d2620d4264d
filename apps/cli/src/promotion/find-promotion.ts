import { GantryError, isOpenPromotion, shortSha } from '@gantry/core'
import { Promotion } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { listIn } from '../api/read.ts'

/** Those that gates or people may still decide; an approved one has its answer and waits for its deployment. */
export const waitingPromotions = async (api: Api): Promise<Promotion[]> =>
  (await undonePromotions(api)).filter(({ state }) => isOpenPromotion(state))

/** Those and the approved ones. */
export const undonePromotions = (api: Api): Promise<Promotion[]> =>
  api.get('/promotions', listIn('promotions', Promotion))

/**
 * The promotion a person means by its id, or by the first characters of its release.
 * @throws GantryError NOT_FOUND that names those that wait; BAD_REQUEST when several are meant
 */
export function meantPromotion(
  waiting: readonly Promotion[],
  name: string,
  environment: string | undefined,
): Promotion {
  const inPlace = waiting.filter(each => environment === undefined || each.environment === environment)
  const found = inPlace.filter(each => each.id === name || (name.length >= 4 && each.release.startsWith(name)))
  const [promotion] = found
  if (promotion && found.length === 1) return promotion
  if (promotion) {
    const where = found.map(each => each.environment).join(', ')
    throw new GantryError('BAD_REQUEST', `${name} waits for ${where}: say which with --environment`)
  }
  const known = inPlace.map(each => `${shortSha(each.release)} → ${each.environment}`).join(', ') || 'none waits'
  throw new GantryError('NOT_FOUND', `expected a promotion that waits (${known}), got "${name}"`)
}
