/** The numbers of Entra ID's errors and what each comes with. The texts are our own; callers must not read them. */

export interface KnownError {
  readonly error: string;
  readonly status: number;
  readonly text: string;
  readonly suberror?: string;
}

type Row = readonly [aadsts: number, text: string, suberror?: string];

const rowsByError: Readonly<Record<string, { readonly status: number; readonly rows: readonly Row[] }>> = {
  invalid_grant: {
    status: 400,
    rows: [
      [50005, 'The platform of the device is not allowed by policy.', 'message_only'],
      [50014, 'The account does not exist in the tenant any more.'],
      [50020, 'This account does not exist in the tenant asked for.'],
      [50034, 'The account does not exist.'],
      [50053, 'The account is locked.'],
      [50055, 'The password has expired.', 'user_password_expired'],
      [50056, 'The account has no password, or a wrong one.'],
      [50057, 'The account is disabled.'],
      [50089, 'The sign-in took too long.'],
      [50126, 'The user name or password is wrong.'],
      [50132, 'The session is not valid since the password was changed or expired.'],
      [50133, 'The session is not valid since the password was changed lately.'],
      [50144, 'The password in the directory of the company has expired.', 'user_password_expired'],
      [50173, 'The grant was revoked; a fresh sign-in is needed.'],
      [50196, 'A request loop was detected; the client asks too often.'],
      [51004, 'The account does not exist in the directory.'],
      [53003, 'Access is blocked by policy.', 'message_only'],
      [53010, 'Second factors may be set up from trusted places only.', 'message_only'],
      [53011, 'The account is blocked for the risk it is seen at.', 'message_only'],
      [54005, 'The authorization code was already redeemed.'],
      [65001, 'The person has not consented.', 'consent_required'],
      [70000, 'The grant is not valid.'],
      [70008, 'The code or refresh token expired.'],
      [70043, 'The sign-in frequency policy asks for a fresh sign-in.'],
      [90072, 'The account of another directory must be added to this tenant first.'],
      [500208, 'The domain of the account is not one for this sign-in.'],
      [500212, 'The home tenant does not let the account go to other tenants.', 'message_only'],
      [500213, 'The tenant does not let the account in.', 'message_only'],
      [501481, 'The code verifier does not match the code challenge.'],
      [530003, 'The device must be managed.', 'message_only'],
      [530032, 'Access is blocked by security defaults.', 'message_only'],
      [530034, 'A delegated administrator is blocked for risk.', 'message_only'],
      [530035, 'Access is blocked by security defaults.', 'message_only'],
      [700005, 'The grant was given to another app.'],
      [700082, 'The refresh token expired by inactivity.'],
      [700084, 'The refresh token of a single-page app lived for its 24 hours.'],
    ],
  },
  interaction_required: {
    status: 400,
    rows: [
      [16000, 'An account must be chosen.', 'basic_action'],
      [16001, 'The chosen account cannot be used.', 'basic_action'],
      [50072, 'A second factor must be set up.', 'basic_action'],
      [50074, 'A stronger sign-in is needed.', 'basic_action'],
      [50076, 'A second factor is needed since the configuration or the place changed.', 'basic_action'],
      [50078, 'The second factor was shown too long ago.', 'basic_action'],
      [50079, 'A second factor must be set up since the configuration or the place changed.', 'basic_action'],
      [50085, 'The refresh token needs a sign-in at the social identity provider.', 'basic_action'],
      [50097, 'The device must sign in.', 'additional_action'],
      [50105, 'The account is not assigned to the app.', 'message_only'],
      [50125, 'The password is being reset.', 'basic_action'],
      [50129, 'The device must be joined to the workplace.', 'additional_action'],
      [50131, 'Conditional access refused the sign-in.', 'message_only'],
      [50135, 'The password must be changed since the account is at risk.', 'basic_action'],
      [50155, 'The device could not sign in.', 'message_only'],
      [50158, 'A check outside of Entra must be passed.', 'basic_action'],
      [50187, 'The device could not sign in.', 'additional_action'],
      [50197, 'The identity is not clear; sign in once more.', 'basic_action'],
      [51006, 'The sign-in was not strong enough.', 'basic_action'],
      [53000, 'The device must be compliant.', 'message_only'],
      [53001, 'The device must be joined to the domain.', 'message_only'],
      [53002, 'The app is not one that policy approves.', 'message_only'],
      [53004, 'A second factor must be set up first.', 'basic_action'],
      [700020, 'The person must take part.', 'basic_action'],
    ],
  },
  login_required: { status: 400, rows: [[50058, 'Nobody is signed in and no prompt was allowed.']] },
  access_denied: {
    status: 400,
    rows: [
      [65004, 'The person declined to consent.'],
      [90094, 'An administrator must grant these permissions.'],
      [90095, 'An administrator must approve the request that was sent.'],
      [500021, 'The tenant is not one that the network lets through.'],
      [500022, 'The tenant is not one that the network lets through.'],
    ],
  },
  invalid_request: {
    status: 400,
    rows: [
      [50059, 'Nothing says which tenant is meant.'],
      [50011, 'The redirect URI is not one registered for this app.'],
      [50147, 'The code challenge is missing or has the wrong size.'],
      [50194, 'The app is not registered for accounts of every directory.'],
      [90002, 'The tenant was not found.'],
      [90023, 'A parameter has a value that is not allowed.'],
      [90124, 'The resource does not serve the common address.'],
      [90130, 'The app does not serve the common address for personal accounts.'],
      [501491, 'The code challenge method must be S256.'],
      [650056, 'The app is not set up to ask for this resource.'],
      [650057, 'The resource is not among those the app is registered for.'],
      [900144, 'The request lacks a parameter.'],
      [900561, 'The endpoint accepts POST requests only.'],
      [901002, 'The parameter "resource" is not supported here.'],
      [9002313, 'The request is malformed.'],
      [9002332, 'The app is registered for accounts of directories only.'],
    ],
  },
  invalid_client: {
    status: 401,
    rows: [
      [700025, 'A public client must not send a secret or an assertion.'],
      [7000112, 'The app is disabled.'],
      [7000215, 'The client secret is wrong.'],
      [7000218, 'A client secret or assertion is demanded.'],
    ],
  },
  unauthorized_client: {
    status: 400,
    rows: [
      [65005, 'The app asks for more than it is set up for.'],
      [70001, 'The app is not supported or disabled.'],
      [650052, 'The organisation has no subscription to the service the app needs.'],
      [700011, 'The app was not found in the directory.'],
      [700016, 'The app was not found in the directory.'],
    ],
  },
  invalid_scope: {
    status: 400,
    rows: [
      [28002, 'The scope is not valid for this token.'],
      [28003, 'The scope must not be empty.'],
      [70011, 'A scope is not valid or belongs to another resource.'],
      [700022, 'Several resources at once are not supported.'],
      [700023, 'The scope names a resource of its own.'],
      [1002012, 'Client credentials come with one scope, which ends in /.default.'],
    ],
  },
  invalid_resource: {
    status: 400,
    rows: [
      [50001, 'The resource is not known in the tenant.'],
      [500011, 'The resource was not found in the tenant.'],
    ],
  },
  authorization_pending: { status: 400, rows: [[70016, 'The person has not finished signing in.']] },
  expired_token: { status: 400, rows: [[70020, 'The device code expired.']] },
  unsupported_grant_type: { status: 400, rows: [[70003, 'The grant type is not supported.']] },
  unsupported_response_type: {
    status: 400,
    rows: [
      [70005, 'The response type is not supported.'],
      [70007, 'The response mode is not supported.'],
    ],
  },
  temporarily_unavailable: {
    status: 503,
    rows: [
      [50033, 'A transient error occurred; try again.'],
      [50087, 'A transient error occurred; try again.'],
      [50088, 'Too many messages were sent for second factors; try again.'],
      [50166, 'The service behind failed; try again.'],
      [70012, 'The service for personal accounts failed; try again.'],
      [80002, 'The directory of the company did not answer in time.'],
      [80005, 'The directory of the company answered in an unknown way.'],
      [90006, 'A transient error occurred; try again.'],
      [90012, 'The request took too long.'],
      [90024, 'A transient error occurred; try again.'],
      [90033, 'A transient error occurred; try again.'],
      [90090, 'Graph could not be asked; try again.'],
      [90091, 'The directory could not be asked; try again.'],
    ],
  },
};

const known: ReadonlyMap<number, KnownError> = new Map([
  ...Object.entries(rowsByError).flatMap(([error, { status, rows }]) =>
    rows.map(([aadsts, text, suberror]): [number, KnownError] => [
      aadsts,
      { error, status, text, ...(suberror === undefined ? {} : { suberror }) },
    ]),
  ),
  // Those that stand beside the others of their kind.
  [
    500112,
    { error: 'invalid_client', status: 400, text: 'The redirect URI differs from the one the code was made for.' },
  ],
  [90055, { error: 'temporarily_unavailable', status: 429, text: 'The tenant sends too many requests.' }],
]);

/** What comes with this number, or undefined for one this cloud has no entry for. */
export const knownError = (aadsts: number): KnownError | undefined => known.get(aadsts);

/**
 * What a number asks of an app, in the groups of the published error list. Used to check that this cloud plays them all,
 * and to know which refusals a fresh sign-in heals.
 *
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export const aadstsGroups = {
  signInAgain: [
    50173, 70008, 700082, 70000, 50132, 50133, 50055, 50144, 50056, 50058, 50072, 50074, 50076, 50078, 50079, 50158,
    50085, 50089, 50097, 50129, 50187, 50125, 50135, 50197, 51006, 53004, 54005, 65001, 65004, 70043, 700020, 700084,
    16000, 16001,
  ],
  organisation: [
    53000, 53001, 53002, 53003, 53010, 53011, 530032, 530034, 530035, 530003, 50005, 50105, 50131, 50155, 50020, 50034,
    50014, 51004, 90072, 500208, 500212, 500213, 50057, 50053, 90094, 90095, 500021, 500022, 650052, 65005,
  ],
  configuration: [
    50011, 7000218, 7000215, 700025, 700016, 70001, 7000112, 700011, 50194, 9002332, 90124, 90130, 50147, 501481,
    501491, 70011, 28002, 28003, 700022, 700023, 70003, 70005, 70007, 500011, 50001, 650056, 650057, 901002, 90002,
    900144, 9002313, 90023,
  ],
  transient: [50033, 50087, 50088, 50166, 70012, 80002, 80005, 90006, 90012, 90024, 90033, 90055, 90090, 90091],
  stop: [50196],
} as const satisfies Readonly<Record<string, readonly number[]>>;
