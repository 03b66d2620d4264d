import type { VendorFake } from '@gantry/vendor-fakes'
import type { LineSettings } from './vendor-line.ts'

/** A vendor's fake, and what a case of the contract has to know to drive it. */
export interface VendorRig extends AsyncDisposable {
  fake: VendorFake
  line: Pick<LineSettings, 'deploy' | 'env' | 'files' | 'cwd'> & { clock: { ms: number } }
  tokenEnv: string
  /** Operations of the vendor's description, by what they are for. */
  operations: {
    /** Starts a deployment. */
    create: string
    /** Says how it is. */
    look: string
    /** Goes back to the former release. */
    back: string
  }
  /** Ids of steps: the one that creates, the one behind which people meet the release, and the one that finds it gone on the way back. */
  steps: { create: string; switch: string; missing: string }
  /** Pull request 12, where the vendor holds previews. */
  preview: {
    deploy: { provider: string }
    /** The step that makes it, and the operation that takes it away. */
    makes: string
    removes: string
    /** Everything at the vendor that is of it, by any name. */
    left(): string[]
  }
  /** How a deployment is spoken of that was given up. */
  givenUp: RegExp
  /** The release that people meet; null before the first. */
  serving(): string | null
  /** How many deployments were created. */
  created(): number
  /** The next builds take so long, by the clock of the line; at Fly, machines until they are healthy. */
  takes(ms: number): void
  /** The next builds never end. */
  neverEnds(): void
  /** What is deployed of this release answers 500. */
  fallsIll(release: string): void
  /** The vendor no longer has anything of this release. */
  forgets(release: string): void
  /** The vendor keeps this variable or secret from now on, with this value. */
  keeps(name: string, value: string): void
  /** Whether a build was cancelled. */
  hasCancelled(): boolean
  reset(): void
}
