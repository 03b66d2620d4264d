import type { WaitingJob } from '../api/runners.ts'

/** Why no runner has taken a job yet, and what helps: one or two sentences. */
export function whyWaits({ labels, missing, isUnfit }: Pick<WaitingJob, 'labels' | 'missing' | 'isUnfit'>): string {
  const named = (all: readonly string[]) => `the label${all.length === 1 ? '' : 's'} ${all.join(', ')}`
  const asked = labels.join(',')
  const help = `Start a runner with ${labels.length === 1 ? 'it' : 'all of them'} (gantry runners add NAME --labels ${asked}), or change runs-on.`
  if (missing.length > 0) return `No runner that lives has ${named(missing)}. ${help}`
  if (isUnfit && labels.length === 0) return 'No runner lives. Start one: gantry runners add NAME.'
  if (isUnfit) return `No runner that lives has all of ${named(labels)} together. ${help}`
  return labels.length === 0
    ? 'It waits for a runner to have room.'
    : `It waits for a runner with ${named(labels)} to have room.`
}
