import type {
  ConfigPlaces,
  IngestKeyView,
  Invitation,
  KeptView,
  MadeInvitation,
  MadeToken,
  Member,
  NewInvitation,
  NewToken,
  ProjectView,
  Role,
  SecretList,
  SecretView,
  TokenView,
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
  kept: () => asked<KeptView>('kept', '/kept'),
  variables: () => asked<VariableList>('variables', '/variables'),
  places: () => asked<ConfigPlaces>('config-places', '/config/places'),
  keys: () => asked<{ keys: IngestKeyView[] }>('ingest-keys', '/ingest-keys'),
  people: () => asked<{ people: Member[] }>('people', '/people'),
  invitations: () => asked<{ invitations: Invitation[] }>('invitations', '/invitations'),
  tokens: () => asked<{ tokens: TokenView[] }>('tokens', '/tokens'),
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
  giveRole: (person: string, role: Role) => act<unknown>(`/people/${id(person)}/role`, { role }),
  removePerson: (person: string) => act<unknown>(`/people/${id(person)}/remove`, {}),
  invite: (asked: NewInvitation) => act<MadeInvitation>('/invitations', asked),
  revokeInvitation: (invitation: string) => act<unknown>(`/invitations/${id(invitation)}/revoke`, {}),
  makeToken: (asked: NewToken) => act<MadeToken>('/tokens', asked),
  revokeToken: (token: string) => act<unknown>(`/tokens/${id(token)}/revoke`, {}),
  renameProject: (title: string) => act<ProjectView>('/rename', { title }),
  archiveProject: (reason: string) => act<ProjectView>('/archive', { reason }),
}
