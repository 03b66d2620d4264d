import type { StreamEvent } from '@gantry/core/api'
import type { LiveHub } from './live-hub.ts'

/** What a project tells the open screens: whoever tells says what changed, and never of which project. */
export interface ProjectLive {
  tell(event: Omit<StreamEvent, 'project'>): void
}

export const projectLive = (project: string, hub: Pick<LiveHub, 'tell'>): ProjectLive => ({
  tell: event => hub.tell({ ...event, project }),
})
