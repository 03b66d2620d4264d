import { startMissedRuns } from '../git/missed-runs.ts'
import { firstPush } from '../sample/first-push.ts'
import { takeUpEach } from '../take-up.ts'
import type { Opening, ProjectContext } from './open-project.ts'

/** Starts what was left undone of pushes: of one that a server died in, and of one that could not be started then. */
export async function lookForPushes({ store, push, project }: ProjectContext, { say }: Pick<Opening, 'say'>) {
  for (const line of await startMissedRuns(store.runs, push, await project.latest())) say(line)
}

/** What another server wrote down and told nobody, because it was killed: a decision, a push, what is to be judged or sent. */
export async function lookAgain(context: ProjectContext, opening: Pick<Opening, 'say'>): Promise<void> {
  const { keeper, watch, forwards, github, previews } = context
  watch.lookAgain()
  forwards.lookAgain()
  github.work.lookAgain()
  previews.lookAgain()
  await keeper.resume()
  await lookForPushes(context, opening)
}

/** Takes up what the last stop left of a project: services, runs, checks, the sample's first push, until it is ended. */
export async function takeUpProject(
  context: ProjectContext,
  { say }: Pick<Opening, 'say'>,
  ending: AbortSignal,
): Promise<void> {
  const {
    delivery,
    previews,
    watch,
    forwards,
    github,
    keeper,
    schedules,
    store,
    push,
    project,
    stored,
    sampled,
    uploads,
    log,
  } = context
  // Another server may have changed it while that one worked on it.
  project.forget()
  const missed = async () => (await startMissedRuns(store.runs, push, await project.current())).forEach(say)
  const tasks = {
    'the services': () => delivery.resume(),
    'the previews': async () => previews.start(),
    'the checks': () => watch.start(),
    'what is sent on': async () => forwards.start(),
    'what GitHub told': async () => github.work.start(),
    'unfinished runs': async () => {
      // A job that its runner goes on with does at this server what it did at the last one.
      for (const { id } of await store.runs.unfinished(stored.name)) await store.access.revokeLeftJobTokens(id)
      await keeper.resume()
    },
    'the schedules': () => schedules.start(),
    ...(uploads && { 'what runs uploaded': () => uploads.publish() }),
    'missed runs': missed,
    ...(sampled && {
      "the sample's first push": () =>
        firstPush({ ...context, ...sampled, project: stored.name, runs: store.runs, signal: ending, say }),
    }),
  }
  await takeUpEach(log, say, tasks, ending)
}
