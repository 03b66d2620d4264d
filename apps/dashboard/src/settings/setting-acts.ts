import type {
  ConfigPlaces,
  IngestKeyView,
  ProjectView,
  SecretList,
  SecretView,
  ToldView,
  VariableList,
  VariableView,
} from '@gantry/core/api'
import { queryOptions } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'

const asked = <T>(key: string, path: string) =>
  queryOptions({ queryKey: ['settings', key], queryFn: ({ signal }) => get<T>(ofProject(path), signal) })
const act = <T>(path: string, body: unknown) => post<T>(ofProject(path), body)
const id = encodeURIComponent

export const settingQueries = {
  secrets: () => asked<SecretList>('secrets', '/secrets'),
  variables: () => asked<VariableList>('variables', '/variables'),
  places: () => asked<ConfigPlaces>('config-places', '/config/places'),
  keys: () => asked<{ keys: IngestKeyView[] }>('ingest-keys', '/ingest-keys'),
}

type Place = Pick<SecretView, 'name' | 'environment'>
const placeOf = ({ name, environment }: Place): Place => ({ name, environment })

export const settingActs = {
  setSecret: (secret: Place & { value: string; isForAnyBranch: boolean }) => act<{ name: string }>('/secrets', secret),
  removeSecret: (place: Place) => act<unknown>('/secrets/remove', placeOf(place)),
  setVariable: ({ value, ...place }: Place & Pick<VariableView, 'value'>) =>
    act<{ name: string }>('/variables', { ...placeOf(place), value }),
  removeVariable: (place: Place) => act<unknown>('/variables/remove', placeOf(place)),
  testChannel: (channel: string) => act<ToldView>('/channels/test', { channel }),
  makeKey: (key: { service: string | null; kind: string; origins: string[] }) =>
    act<IngestKeyView>('/ingest-keys', key),
  rotateKey: (key: string, grace: string) => act<IngestKeyView>(`/ingest-keys/${id(key)}/rotate`, { grace }),
  revokeKey: (key: string) => act<unknown>(`/ingest-keys/${id(key)}/revoke`, {}),
  renameProject: (title: string) => act<ProjectView>('/rename', { title }),
  archiveProject: (reason: string) => act<ProjectView>('/archive', { reason }),
}
