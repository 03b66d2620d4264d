import * as z from 'zod'

/** An account of Slack. Its id is one of a workspace. */
export const SlackAccount = z.object({
  team: z.string(),
  user: z.string(),
  label: z.string().describe('as Slack calls it: `leo of acme`'),
})
export type SlackAccount = z.output<typeof SlackAccount>

export interface SlackAccountStore {
  /** Whose account it is; null: nobody's. */
  personOf(account: Pick<SlackAccount, 'team' | 'user'>): Promise<string | null>
  /** Whoever has the secret may take it until then. The newest offer of an account is the only one. */
  offer(account: SlackAccount, hash: string, until: string): Promise<void>
  /** What is offered by that secret; null when nothing is any more. */
  offered(hash: string, now: string): Promise<SlackAccount | null>
  /** Takes what is offered, once. Null when it was taken, or its time is over. */
  take(hash: string, personId: string, now: string): Promise<SlackAccount | null>
  of(personId: string): Promise<SlackAccount[]>
  /** Answers false when it was not theirs. */
  remove(personId: string, account: Pick<SlackAccount, 'team' | 'user'>): Promise<boolean>
}
