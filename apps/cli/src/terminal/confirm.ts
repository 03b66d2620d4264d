import type { Host } from '../host.ts'

/** A yes or no typed by a person; anything but y or yes is no. */
export async function confirm(host: Host, question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await host.ask(`${question} [y/N] `))
}
