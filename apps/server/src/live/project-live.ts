import type { StreamEvent } from '@gantry/core/api'
import type { LiveHub } from './live-hub.ts'

/** What a project tells the open screens: whoever tells says what changed, and never of which project. */
export interface ProjectLive {
  tell(event: Omit<StreamEvent, 'project'>): void
}

/** The same, for whoever works on what changed. */
export interface HeardProject extends ProjectLive {
  /** Calls `act` whenever something of these topics changed, or may have, until the answer is called. */
  onChange(topics: readonly StreamEvent['topic'][], act: () => void): () => void
  /** Another number whenever something of these topics changed. */
  version(topics: readonly StreamEvent['topic'][]): number
}

export const projectLive = (project: string, hub: Pick<LiveHub, 'tell' | 'listen' | 'lastOf'>): HeardProject => ({
  tell: event => hub.tell({ ...event, project }),
  onChange: (topics, act) =>
    hub.listen({
      hear({ event }) {
        if (event.project === project && topics.includes(event.topic)) act()
      },
      onGap: act,
    }),
  version: topics => hub.lastOf(project, topics),
})
