import type { OutboxRow, Project } from '@gantry/core'
import type { ConfigPlaces } from '@gantry/core/api'
import { approvalRule } from '@gantry/core/config'
import { lineOfChannel, lineOfEnvironment } from './place-in-config.ts'
import { toldView } from './test-channel.ts'

/** Of a project's config what the settings screen shows, each with its line. `text` is the file at the commit in force. */
export function configPlaces({ config, configSha }: Project, text: string, told: readonly OutboxRow[]): ConfigPlaces {
  const routes = config?.routes ?? []
  const channels = new Map(routes.flatMap(({ to }) => to).map(channel => [channel.name, channel]))
  return {
    file: 'gantry.config.ts',
    sha: configSha,
    channels: [...channels.values()].map(({ name, type }) => {
      const newest = told.find(({ channel }) => channel === name)
      return {
        name,
        type,
        line: lineOfChannel(text, name),
        routes: routes.filter(({ to }) => to.some(each => each.name === name)).map(route => route.severity ?? null),
        told: newest ? toldView(newest) : null,
      }
    }),
    environments: Object.entries(config?.environments ?? {}).map(([name, { on, from, approvals }]) => ({
      name,
      line: lineOfEnvironment(text, name),
      takes: on ? `pushes of ${on}` : `what was live in ${from}`,
      approvals: approvalRule(approvals).needed,
    })),
  }
}
