import type { SettingsOf } from '@gantry/core/config'
import type { ServiceFacts } from '../define-provider.ts'
import type { supabase } from './settings.ts'

export type DatabaseFacts = ServiceFacts<SettingsOf<typeof supabase>>
