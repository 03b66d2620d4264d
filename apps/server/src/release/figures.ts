import { type DeliveryFacts, type DeliveryFigures, deliveryActs, deliveryFigures, type Store } from '@gantry/core'

/** What came before the time that is asked for: whether a change followed one that failed is told by it. */
const beforeMs = 90 * 86_400_000

/** Counts the figures of delivery from the project's ledger, whose rows can be looked up and whose chain can be verified. */
export async function figuresOf(
  span: Pick<DeliveryFacts, 'environment' | 'from' | 'to'>,
  { project, store }: { project: string; store: Pick<Store, 'ledger'> },
): Promise<DeliveryFigures> {
  const since = new Date(Date.parse(span.from) - beforeMs).toISOString()
  return deliveryFigures({ ...span, rows: await store.ledger.since(project, deliveryActs, since) })
}
