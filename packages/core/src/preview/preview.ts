import * as z from 'zod'

/** Where the secrets and variables of previews are set, and what the jobs that make them say as their environment. */
export const previewPlace = 'preview'

/** The environment of the preview of a pull request. */
export const previewEnvironment = (number: number): string => `pr-${number}`

const environmentOfPreview = /^pr-([1-9]\d{0,8})$/

/** The number of its pull request; null for an environment of the config. */
export function previewNumber(environment: string): number | null {
  const [, digits] = environmentOfPreview.exec(environment) ?? []
  return digits === undefined ? null : Number(digits)
}

export const isPreview = (environment: string): boolean => previewNumber(environment) !== null

/**
 * Files that make and remove previews, as `gantry init` writes them. A run of one on a deployed branch carries on with a preview
 * whose own job is gone.
 */
export const isPreviewWorkflow = (path: string): boolean => /(^|\/)preview\.ya?ml$/.test(path)

/**
 * The id of a release that is for one preview alone. It is not that of its commit: what a pull request built must never be what
 * its commit brings to an environment once it is merged.
 */
export const previewRelease = (sha: string, number: number): string => `${sha}-pr-${number}`

const ofPreview = /-pr-[1-9]\d{0,8}$/
export const isPreviewRelease = (release: string): boolean => ofPreview.test(release)

/** The commit of a release, by its id. */
export const commitOfRelease = (release: string): string => release.replace(ofPreview, '')

/**
 * `making`: its deployment is under way. `refused`: nothing was made of it, and `because` says why. `removing`: whatever is left
 * of it is being taken away, until nothing is.
 */
export const PreviewState = z.enum(['making', 'ready', 'failed', 'refused', 'removing', 'removed'])
export type PreviewState = z.output<typeof PreviewState>

/** A pull request as it can be tried, at addresses of its own. */
export const Preview = z.object({
  project: z.string(),
  number: z.int().positive().describe('of the pull request'),
  environment: z.string().describe('pr-12'),
  title: z.string(),
  branch: z.string(),
  author: z.string(),
  page: z.string().nullable().describe('of the pull request; null where only Gantry has it'),
  sha: z.string().describe('newest commit that was asked for'),
  state: PreviewState,
  deployment: z.string().nullable().describe('that made it, or that removes it'),
  left: z
    .array(z.string())
    .describe('earlier releases of it with services the newest has not: they are removed with it'),
  because: z
    .string()
    .nullable()
    .describe('why it was refused, failed or is removed, or a newer commit is not shown, in one sentence'),
  createdAt: z.iso.datetime(),
  deployedAt: z.iso.datetime().describe('when it was asked for last'),
  expiresAt: z.iso.datetime().describe('removed then, unless a commit comes before'),
  endedAt: z.iso.datetime().nullable().describe('since when nothing of it is there'),
  /** Counts changes of this row; a mutation names the version it saw. */
  version: z.int(),
})
export type Preview = z.output<typeof Preview>

/** Of which something is there, or may be. */
export const holdsPlace = ({ state, deployment, left }: Pick<Preview, 'state' | 'deployment' | 'left'>): boolean =>
  state === 'failed' ? deployment !== null || left.length > 0 : state !== 'removed' && state !== 'refused'
