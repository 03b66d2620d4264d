/**
 * Where better-auth finds its things in schema `gantry`: tables and columns have our words. Only what differs from its own
 * name is listed.
 */
export const tables = {
  user: {
    modelName: 'people',
    fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
  session: {
    modelName: 'sessions',
    fields: {
      token: 'hash',
      userId: 'person_id',
      expiresAt: 'expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
      ipAddress: 'ip_address',
      userAgent: 'agent',
    },
  },
  account: {
    modelName: 'accounts',
    fields: {
      userId: 'person_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'verifications',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} as const

/** Tables of plugins. */
export const pluginTables = {
  passkey: {
    passkey: {
      modelName: 'passkeys',
      fields: {
        userId: 'person_id',
        publicKey: 'public_key',
        credentialID: 'credential_id',
        deviceType: 'device_type',
        backedUp: 'backed_up',
        createdAt: 'created_at',
      },
    },
  },
  twoFactor: {
    user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
    twoFactor: {
      modelName: 'second_factors',
      fields: {
        userId: 'person_id',
        backupCodes: 'backup_codes',
        failedVerificationCount: 'failed_verification_count',
        lockedUntil: 'locked_until',
      },
    },
  },
  deviceAuthorization: {
    deviceCode: {
      modelName: 'device_codes',
      fields: {
        deviceCode: 'device_code',
        userCode: 'user_code',
        userId: 'person_id',
        expiresAt: 'expires_at',
        lastPolledAt: 'last_polled_at',
        pollingInterval: 'polling_interval',
        clientId: 'client_id',
      },
    },
  },
} as const
