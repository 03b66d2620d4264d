import type { Hold, Promotion } from './promotion.ts'

export interface PromotionStore {
  add(promotion: Promotion): Promise<void>
  /** @throws GantryError CONFLICT when the version moved on. Answers the row with its new version. */
  update(promotion: Promotion): Promise<Promotion>
  get(project: string, id: string): Promise<Promotion | null>
  /** Newest first. */
  list(
    project: string,
    filter: { environment?: string; release?: string; open?: boolean; limit?: number },
  ): Promise<Promotion[]>
  forJob(project: string, runId: string, jobId: string): Promise<Promotion | null>
  hold(project: string, environment: string): Promise<Hold | null>
  /** By environment. */
  holds(project: string): Promise<ReadonlyMap<string, Hold>>
  setHold(project: string, environment: string, hold: Hold | null): Promise<void>
}
