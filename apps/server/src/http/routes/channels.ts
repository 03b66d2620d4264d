import { ChannelTestBody, ConfigPlaces, ToldView } from '@gantry/core/api'
import { may } from '../../access/route-access.ts'
import { configPlaces } from '../../channel/config-places.ts'
import { testChannel } from '../../channel/test-channel.ts'
import type { ContextOf } from '../context-of.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['settings']

/** What gantry.config.ts decides, shown with its lines; a channel can be tried, never changed here. */
export function channelRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/config/places',
    {
      access: may('look'),
      schema: { tags, summary: 'Channels and environments, with their lines', response: { 200: ConfigPlaces } },
    },
    async request => {
      const { project, repository, store, stored } = contextOf(request)
      const of = await project.current()
      const text =
        of.configSha === null ? '' : await repository.source(of.configSha, 'gantry.config.ts').catch(() => '')
      return configPlaces(of, text, await store.outbox.newest(stored.name))
    },
  )
  app.post(
    '/channels/test',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Send a test to one channel, the way all notices go',
        body: ChannelTestBody,
        response: { 200: ToldView },
      },
    },
    async request => {
      const { channel } = request.body
      const { project, store, stored, watch, record, pages, newId, now } = contextOf(request)
      const by = personIn(request).name
      const { config } = await project.current()
      const nudge = () => watch.noticesWait()
      const of = { project: stored.name, config, outbox: store.outbox, nudge, url: pages(), by, newId, now }
      const told = await testChannel(channel, of)
      await record({ actor: by, action: 'channel.tested', subject: channel, evidence: { state: told.state } })
      return told
    },
  )
}
