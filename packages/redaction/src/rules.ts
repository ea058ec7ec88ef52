import type { CharClass } from './char-class.ts'

/** What a rule looks for. `starts` are the literals that its matches start with. */
export type Form =
  | TokenForm
  | ProgramForm
  | {
      readonly kind: 'jwt' | 'pem' | 'bearer' | 'basic' | 'userinfo' | 'pair' | 'option'
      readonly starts: readonly string[]
    }

/** A literal, and a run of characters behind it. */
export interface TokenForm {
  readonly kind: 'token'
  readonly starts: readonly string[]
  readonly body: CharClass
  /** How long the body must be. */
  readonly min: number
  /** How long it is at most; one more character of its class makes it something else. */
  readonly max?: number
  /** The literal stays; the body alone is the secret. */
  readonly keepsStart?: true
  /** The body may go on in further lines. */
  readonly lines?: true
  /** The literal may stand in the middle of a word. Only for those that no word has. */
  readonly anywhere?: true
}

/** Options of programs that are too short to say what they are for. */
export interface ProgramForm {
  readonly kind: 'program'
  /** The programs, in lower case. */
  readonly starts: readonly string[]
  readonly options: readonly string[]
  /** `userinfo` is `name:password`, of which the name stays. */
  readonly value: 'word' | 'userinfo'
  /** Whether the value is the rest of the option's own word, the next word, or either. */
  readonly place: 'attached' | 'separate' | 'either'
}

/** One rule. In `matches`, what it removes stands between `«` and `»`. */
export interface RedactionRule {
  readonly id: string
  /** What it removes, in words. */
  readonly what: string
  readonly form: Form
  readonly matches: readonly string[]
  readonly nonMatches: readonly string[]
}

// Examples are made here, so that scanners of source code do not take them for leaked credentials.
const alnum = (length: number) => 'Ab1Cd2Ef3Gh4'.repeat(20).slice(0, length)
const upper = (length: number) => 'AB12CD34EF56'.repeat(10).slice(0, length)
const lower = (length: number) => 'ab2cd3ef4gh5'.repeat(10).slice(0, length)
const hex = (length: number) => '0a1b2c3d4e5f'.repeat(20).slice(0, length)
const jwt = `eyJ${alnum(20)}.eyJ${alnum(30)}.${alnum(43)}`
const pemBody = `\n${alnum(64)}\n${alnum(20)}==\n`

const token = (
  id: string,
  what: string,
  form: Omit<TokenForm, 'kind'>,
  examples: Pick<RedactionRule, 'matches' | 'nonMatches'>
): RedactionRule => ({ id, what, form: { kind: 'token', ...form }, ...examples })

/** Everything that is secret, as data. docs/redaction.md has the same table for readers. */
export const redactionRules: readonly RedactionRule[] = [
  {
    id: 'pair',
    what: 'the value of a name such as `password`, `db_token`, `apiKey`, in any spelling: `name=value`, `name: value`, JSON, YAML, headers, queries, XML elements',
    form: { kind: 'pair', starts: ['=', ':', '>'] },
    matches: [
      'password=«hunter2»',
      'DB_PASSWORD = «hunter2» next',
      'export dbPassword="«correct horse»"; ls',
      "Secret-Key => '«abc»'",
      'https://h/p?api_key=«abc»&x=1',
      'Server=db;User Id=sa;Password=«p@ss»;Encrypt=true',
      '{"password":"«hunter\\"2»","user":"bob"}',
      '{"password": «12345»}',
      '{"cmd":"{\\"token\\":\\"«abc»\\"}"}',
      '{"tokens":["a"],"secrets":["«a»","«b»"],"z":1}',
      'password: «changeme»',
      'api key: «abc123» and more',
      'curl -H "X-Api-Key: «abc def»" https://h',
      'http GET h X-Api-Key:«abc»',
      'Authorization: Bearer «abc»',
      `curl -H 'authorization: Digest «username="x", response="y"»' https://h`,
      '{"authorization":"Basic «YTpi»"}',
      'Cookie: «session=abc; theme=dark»',
      '<password>«hunter2»</password>',
      'config["secret"] = "«abc»"',
      'if token == "«abc»":',
      '//registry.npmjs.org/:_authToken=«abc»',
      'PGPASSWORD=«hunter2» psql',
      "requests.get(u, auth=('«bob»', '«hunter2»'))",
      'passwords = ["«a b»", "«c»"]',
      'ansible_become_pass: «hunter2»',
      'curl -H "Ocp-Apim-Subscription-Key: «abc123»" h'
    ],
    nonMatches: [
      'max_tokens=100 tokenizer=bpe token_count: 5',
      'password policy: at least 8 characters',
      'the token: a unit of text',
      'password: string; token?: string',
      'password=$DB_PASSWORD token=$' + '{TOKEN} secret=$(pass show x)',
      '{"password":null,"token":"","secret":true}',
      'PWD=/work OLDPWD=/',
      'arn:aws:secretsmanager:eu-west-1:1:secret:name',
      'token::Kind secret://name repo:token:read',
      'PASS: TestToken',
      '<password></password>',
      'a <token> b',
      'password=[REDACTED]',
      'if token == None:'
    ]
  },
  {
    id: 'option',
    what: 'the value of an option such as `--password`, as the next word of a command or the next item of a list',
    form: { kind: 'option', starts: ['-'] },
    matches: [
      'mysql --password «hunter2» db',
      'x --api-key "«a b»" y',
      "x --client-secret '«ab»'",
      'keytool -storepass «changeit»',
      '["--token", "«abc»", "x"]'
    ],
    nonMatches: [
      'docker login --password-stdin',
      'x --no-password y',
      'gh auth login --with-token < file',
      'x --token --verbose',
      'x --password "$PW"',
      'x --password'
    ]
  },
  {
    id: 'program-user',
    what: "the password in curl's and others' `-u name:password`",
    form: {
      kind: 'program',
      starts: ['curl', 'http', 'https', 'lftp'],
      options: ['-u', '--user', '-U', '--proxy-user', '-a', '--auth', '-su', '-sSu', '-ku', '-vu'],
      value: 'userinfo',
      place: 'either'
    },
    matches: [
      'curl -u bob:«hunter2» https://h',
      'curl --user "bob:«a b»" h',
      'curl -ubob:«x» h',
      'curl -su bob:«x» h',
      'C:\\bin\\curl.exe -u bob:«x» h'
    ],
    nonMatches: ['curl -u bob h', 'docker run -u 1000:1000 x', 'sort -u a:b']
  },
  {
    id: 'program-attached',
    what: "the password in MySQL's `-ppassword`",
    form: {
      kind: 'program',
      starts: ['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump'],
      options: ['-p'],
      value: 'word',
      place: 'attached'
    },
    matches: ['mysql -u root -p«hunter2» db', "mysqldump -p'«a b»' db"],
    nonMatches: ['mysql -u root -p db', 'mkdir -pv x']
  },
  {
    id: 'program-word',
    what: 'the password in `sshpass -p`, `docker login -p`, `mongosh -p` and others',
    form: {
      kind: 'program',
      starts: [
        'sshpass',
        'docker login',
        'podman login',
        'helm registry login',
        'az login',
        'mongo',
        'mongosh',
        'mongodump',
        'mongorestore'
      ],
      options: ['-p'],
      value: 'word',
      place: 'either'
    },
    matches: ['sshpass -p «hunter2» ssh -p 2222 h', 'docker login -u me -p «abc» r'],
    nonMatches: ['docker run -p 80:80 x', 'sshpass -e ssh h']
  },
  {
    id: 'program-archive',
    what: 'the password in `zip -P`, `unzip -P` and `sqlcmd -P`',
    form: {
      kind: 'program',
      starts: ['zip', 'unzip', 'sqlcmd'],
      options: ['-P'],
      value: 'word',
      place: 'either'
    },
    matches: [
      'zip -P «hunter2» a.zip b',
      'sqlcmd -S h -U sa -P «a1» -Q x',
      "unzip -P'«a b»' a.zip"
    ],
    nonMatches: ['zip -r a.zip b', 'wget -P dir https://h', 'unzip -p a.zip x']
  },
  {
    id: 'program-ldap',
    what: "the password in LDAP tools' `-w`",
    form: {
      kind: 'program',
      starts: ['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldappasswd', 'ldapwhoami'],
      options: ['-w'],
      value: 'word',
      place: 'either'
    },
    matches: ['ldapsearch -D cn=x -w «hunter2» -b dc=x'],
    nonMatches: ['ldapsearch -W -D cn=x', 'grep -w x y']
  },
  {
    id: 'program-7z',
    what: "the password in 7-Zip's `-ppassword`",
    form: {
      kind: 'program',
      starts: ['7z', '7za', '7zz', '7zr', 'unrar', 'rar'],
      options: ['-p'],
      value: 'word',
      place: 'attached'
    },
    matches: ['7z x a.7z -p«hunter2»', "7za a -p'«a b»' a.7z b"],
    nonMatches: ['7z x a.7z -p', '7z l a.7z']
  },
  {
    id: 'program-redis',
    what: "the password in redis-cli's `-a`",
    form: {
      kind: 'program',
      starts: ['redis-cli', 'valkey-cli'],
      options: ['-a', '--pass'],
      value: 'word',
      place: 'separate'
    },
    matches: ['redis-cli -h h -a «hunter2» ping'],
    nonMatches: ['redis-cli ping', 'ls -a x']
  },
  token(
    'openssl-pass',
    "the password in openssl's `pass:`",
    {
      starts: ['-pass pass:', '-passin pass:', '-passout pass:'],
      body: 'base64',
      min: 1,
      keepsStart: true,
      anywhere: true
    },
    {
      matches: ['openssl rsa -passin pass:«abc» -in k'],
      nonMatches: ['openssl rsa -passin env:PW']
    }
  ),
  token(
    'sql-password',
    "the password in SQL's `IDENTIFIED BY '…'` and `PASSWORD '…'`",
    {
      starts: ["IDENTIFIED BY '", "identified by '", "PASSWORD '", "password '"],
      body: 'unquoted',
      min: 1,
      keepsStart: true
    },
    {
      matches: [
        "CREATE USER x IDENTIFIED BY '«p@ss, w»'",
        "ALTER ROLE x WITH PASSWORD '«hunter2»' VALID UNTIL 'x'"
      ],
      nonMatches: ["IDENTIFIED BY ''", "PASSWORD '[REDACTED]'", "no_PASSWORD 'x'"]
    }
  ),
  token(
    'aws-configure',
    'the key or token in `aws configure set`',
    {
      starts: ['aws_secret_access_key ', 'aws_session_token '],
      body: 'base64',
      min: 16,
      keepsStart: true
    },
    {
      matches: [`aws configure set aws_secret_access_key «${alnum(40)}» --profile x`],
      nonMatches: ['aws configure get aws_secret_access_key', 'aws_session_token is not set']
    }
  ),
  {
    id: 'bearer',
    what: 'a bearer credential outside a header',
    form: { kind: 'bearer', starts: ['bearer'] },
    matches: ['bearer «abc123»', `BEARER  «${alnum(24)}»`, 'Bearer «abc.def.ghi»'],
    nonMatches: ['the bearer of news', 'bearer token', 'Bearer authentication.', 'forbearer x1']
  },
  {
    id: 'basic',
    what: 'a basic credential outside a header: the base64 of `name:password`',
    form: { kind: 'basic', starts: ['basic'] },
    matches: ['Basic «YWxhZGRpbjpvcGVuc2VzYW1l»', 'basic «YTpi»'],
    nonMatches: ['basic usage', 'Basic authentication', 'basic YWJjZA==']
  },
  {
    id: 'userinfo',
    what: 'the password in a URL',
    form: { kind: 'userinfo', starts: ['://'] },
    matches: [
      'https://bob:«hunter2»@h/p',
      'redis://:«abc»@h:6379/0',
      'postgres://u:«p@ss»@h/db "x"'
    ],
    nonMatches: [
      'https://h:8080/@scope/pkg',
      'https://bob@h/',
      'https://h/?q=a:b@c',
      'ssh://git@h:22/x',
      'https://bob:@h/'
    ]
  },
  {
    id: 'jwt',
    what: 'a JSON Web Token',
    form: { kind: 'jwt', starts: ['eyJ'] },
    matches: [`x «${jwt}» y`, `"«eyJ${alnum(20)}.eyJ${alnum(20)}.»"`, `%22«${jwt}»`],
    nonMatches: [`eyJ${alnum(40)}`, `eyJ${alnum(20)}.txt`, `x${jwt}`]
  },
  {
    id: 'private-key',
    what: 'the body of a private key in PEM, OpenSSH or PGP armour',
    form: { kind: 'pem', starts: ['-----BEGIN '] },
    matches: [
      `-----BEGIN RSA PRIVATE KEY-----«${pemBody}»-----END RSA PRIVATE KEY-----`,
      `-----BEGIN PRIVATE KEY-----«\\n${alnum(64)}\\n»-----END PRIVATE KEY-----\\n`,
      `cut -----BEGIN OPENSSH PRIVATE KEY-----«\n${alnum(64)}»`,
      `-----BEGIN PGP PRIVATE KEY BLOCK-----«\nVersion: 1\n\n${alnum(64)}\n»-----END PGP PRIVATE KEY BLOCK-----`
    ],
    nonMatches: [
      `-----BEGIN CERTIFICATE-----${pemBody}-----END CERTIFICATE-----`,
      `-----BEGIN PUBLIC KEY-----${pemBody}-----END PUBLIC KEY-----`,
      `grep -r '-----BEGIN RSA PRIVATE KEY-----' /srv/some/directory/with/a/long/name`,
      '-----BEGIN PRIVATE KEY-----\n[REDACTED:0a1b2c3d]\n-----END PRIVATE KEY-----'
    ]
  },
  token(
    'private-key-base64',
    'the base64 of a private key: of its armour, or of the key without one',
    {
      starts: [
        // `-----BEGIN … PRIVATE KEY`
        'LS0tLS1CRUdJTiBQUklWQVRFIEtFW',
        'LS0tLS1CRUdJTiBSU0EgUFJJVkFURS',
        'LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFW',
        'LS0tLS1CRUdJTiBEU0EgUFJJVkFURS',
        'LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVE',
        'LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFUR',
        'LS0tLS1CRUdJTiBQR1AgUFJJVkFUR',
        // `openssh-key-v1`
        'b3BlbnNzaC1rZXktdjEA',
        // PKCS #8: RSA, EC, Ed25519
        'IBADANBgkqhkiG9w0BAQEFAASC',
        'AgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0w',
        'MC4CAQAwBQYDK2VwBCIEI',
        // PKCS #1
        'MIIEpAIBAAKC',
        'MIIEowIBAAKC',
        'MIIEpQIBAAKC',
        'MIIEogIBAAKC',
        'MIIJKAIBAAKC',
        'MIIJKQIBAAKC',
        'MIIJKgIBAAKC'
      ],
      body: 'base64',
      min: 16,
      keepsStart: true,
      anywhere: true,
      lines: true
    },
    {
      matches: [
        `tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFW«${alnum(80)}==»`,
        `b3BlbnNzaC1rZXktdjEA«${alnum(50)}\n${alnum(70)}\n${alnum(20)}==»\nEOF`,
        `"MIIEpAIBAAKC«${alnum(52)}\\n${alnum(64)}\\n${alnum(18)}»\\n"`,
        `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC«${alnum(64)}»\nkubectl apply -f x`
      ],
      nonMatches: [
        'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURkekNDQWw',
        'MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYD',
        'b3BlbnNzaC1rZXktdjEA'
      ]
    }
  ),
  token(
    'aws-access-key',
    'an AWS access key id',
    { starts: ['AKIA', 'ASIA'], body: 'upper', min: 16, anywhere: true },
    {
      matches: [`«AKIA${upper(16)}»`, `x=«ASIA${upper(16)}»;`],
      nonMatches: ['AKIA', 'ASIA PACIFIC', `akia${upper(16)}`]
    }
  ),
  token(
    'aws-bedrock',
    'an Amazon Bedrock key',
    { starts: ['ABSK'], body: 'base64', min: 60 },
    { matches: [`«ABSK${alnum(80)}»`], nonMatches: ['ABSK', `xABSK${alnum(80)}`] }
  ),
  token(
    'aws-signature',
    'the signature in a presigned URL of AWS or Google Cloud',
    {
      starts: ['X-Amz-Signature=', 'X-Goog-Signature='],
      body: 'hex',
      min: 16,
      keepsStart: true,
      anywhere: true
    },
    { matches: [`?X-Amz-Signature=«${hex(64)}»&a=1`], nonMatches: ['X-Amz-Signature=none'] }
  ),
  token(
    'azure-sas',
    'the signature in a shared access URL of Azure',
    { starts: ['?sig=', '&sig='], body: 'base64', min: 32, keepsStart: true, anywhere: true },
    { matches: [`?sv=2024&sig=«${alnum(42)}%3D»&se=x`], nonMatches: ['?sig=abc', 'sig=abc'] }
  ),
  token(
    'url-signature',
    'the signature in a signed URL of CloudFront and others',
    {
      starts: ['?Signature=', '&Signature='],
      body: 'base64',
      min: 24,
      keepsStart: true,
      anywhere: true
    },
    {
      matches: [`?Expires=1&Signature=«${alnum(60)}~_»&Key-Pair-Id=x`],
      nonMatches: ['&Signature=none', `SignatureVersion=${alnum(30)}`]
    }
  ),
  token(
    'github',
    'a GitHub token',
    {
      starts: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
      body: 'alnum',
      min: 36,
      anywhere: true
    },
    {
      matches: [`«ghp_${alnum(36)}»`, `https://x-access-token:«ghs_${alnum(40)}»@github.com`],
      nonMatches: ['ghp_short', `ghx_${alnum(36)}`]
    }
  ),
  token(
    'github-fine-grained',
    'a fine-grained GitHub token',
    { starts: ['github_pat_'], body: 'word', min: 22, anywhere: true },
    {
      matches: [`«github_pat_${alnum(22)}_${alnum(59)}»`],
      nonMatches: ['github_pat_x']
    }
  ),
  token(
    'gitlab',
    'a GitLab token',
    {
      starts: [
        'glpat-',
        'gldt-',
        'glptt-',
        'glrt-',
        'glsoat-',
        'glcbt-',
        'glft-',
        'glimt-',
        'glagent-'
      ],
      body: 'dotted',
      min: 20
    },
    { matches: [`«glpat-${alnum(20)}»`, `«glrt-${alnum(30)}»`], nonMatches: ['glpat-x', 'glft-y'] }
  ),
  token(
    'slack',
    'a Slack token',
    {
      starts: [
        'xoxa-',
        'xoxb-',
        'xoxp-',
        'xoxr-',
        'xoxs-',
        'xoxc-',
        'xoxd-',
        'xoxe-',
        'xoxe.xoxp-'
      ],
      body: 'word',
      min: 1,
      anywhere: true
    },
    {
      matches: [`«xoxb-1-2-${alnum(24)}»`, '«xoxe.xoxp-1-abc»'],
      nonMatches: ['xoxb-', 'xoxo-kiss']
    }
  ),
  token(
    'slack-app',
    'a Slack app-level token',
    { starts: ['xapp-'], body: 'word', min: 20 },
    { matches: [`«xapp-1-${alnum(40)}»`], nonMatches: ['xapp-store'] }
  ),
  token(
    'chat-webhook',
    'the secret part of a Slack, Discord, Teams or Telegram address',
    {
      starts: [
        'hooks.slack.com/services/',
        'hooks.slack.com/workflows/',
        'discord.com/api/webhooks/',
        'discordapp.com/api/webhooks/',
        'webhook.office.com/webhookb2/',
        'api.telegram.org/bot'
      ],
      body: 'path',
      min: 16,
      keepsStart: true,
      anywhere: true
    },
    {
      matches: [
        `https://hooks.slack.com/services/«T0/B0/${alnum(24)}»`,
        `https://api.telegram.org/bot«1:${alnum(35)}/sendMessage»`
      ],
      nonMatches: ['https://hooks.slack.com/services/', 'https://discord.com/api/webhooks/1']
    }
  ),
  token(
    'openai',
    'an OpenAI key',
    { starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], body: 'word', min: 20 },
    {
      matches: [`«sk-proj-${alnum(20)}-${alnum(20)}»`],
      nonMatches: ['sk-proj-x', `task-proj-${alnum(20)}`]
    }
  ),
  token(
    'secret-key',
    'a key that starts with `sk-`, as OpenAI and many after it have it',
    { starts: ['sk-'], body: 'alnum', min: 20 },
    {
      matches: [`«sk-${alnum(48)}»`, `k=«sk-${alnum(32)}»`],
      nonMatches: ['sk-circle-fade-dot-animation', `task-${alnum(30)}`, 'sk-en-us']
    }
  ),
  token(
    'anthropic',
    'an Anthropic key',
    { starts: ['sk-ant-', 'sk-or-v1-'], body: 'word', min: 20 },
    { matches: [`«sk-ant-api03-${alnum(60)}-${alnum(8)}»`], nonMatches: ['sk-ant-x'] }
  ),
  token(
    'model-provider',
    'a key of Groq, xAI, Perplexity, Replicate, Hugging Face, LangSmith, Pinecone or Tavily',
    {
      starts: ['gsk_', 'xai-', 'pplx-', 'r8_', 'hf_', 'lsv2_pt_', 'lsv2_sk_', 'pcsk_', 'tvly-'],
      body: 'word',
      min: 28
    },
    { matches: [`«hf_${alnum(34)}»`, `«gsk_${alnum(52)}»`], nonMatches: ['hf_home', 'xai-org'] }
  ),
  token(
    'stripe',
    'a Stripe key',
    {
      starts: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
      body: 'alnum',
      min: 10
    },
    {
      matches: [`«sk_live_${alnum(24)}»`, `«rk_test_${alnum(24)}»`],
      nonMatches: ['sk_test_x', `pk_live_${alnum(24)}`]
    }
  ),
  token(
    'webhook-secret',
    'a secret that webhooks are signed with',
    { starts: ['whsec_'], body: 'base64', min: 20 },
    { matches: [`«whsec_${alnum(32)}»`], nonMatches: ['whsec_x'] }
  ),
  token(
    'agentguard',
    'a credential of AgentGuard',
    { starts: ['agk_'], body: 'word', min: 20, anywhere: true },
    {
      matches: [`«agk_${lower(16)}_${lower(39)}»`, `AGENT_KEY_«agk_${lower(16)}_${lower(39)}»`],
      nonMatches: ['agk_x', 'agk_ and more']
    }
  ),
  token(
    'google-api-key',
    'a Google API key',
    { starts: ['AIza'], body: 'word', min: 35, max: 35 },
    { matches: [`«AIza${alnum(35)}»`], nonMatches: ['AIza', `AIza${alnum(80)}`] }
  ),
  token(
    'google-oauth',
    'a Google OAuth token or client secret',
    { starts: ['ya29.', 'GOCSPX-', '1//0'], body: 'dotted', min: 24 },
    { matches: [`«ya29.${alnum(60)}»`, `«GOCSPX-${alnum(28)}»`], nonMatches: ['ya29.', '1//0.5'] }
  ),
  token(
    'package-registry',
    'a token of npm, PyPI, RubyGems or Docker Hub',
    { starts: ['npm_', 'pypi-AgE', 'rubygems_', 'dckr_pat_', 'dckr_oat_'], body: 'word', min: 24 },
    {
      matches: [`«npm_${alnum(36)}»`, `«pypi-AgE${alnum(80)}»`],
      nonMatches: ['npm_config_registry', 'npm_lifecycle_event', 'pypi-publish']
    }
  ),
  token(
    'hosting',
    'a token of DigitalOcean, Fly, Heroku, Netlify, Vercel, Databricks, PlanetScale, Pulumi or Supabase',
    {
      starts: [
        'pul-',
        'dop_v1_',
        'doo_v1_',
        'dor_v1_',
        'fm2_',
        'HRKU-',
        'nfp_',
        'vcp_',
        'dapi',
        'pscale_tkn_',
        'pscale_pw_',
        'pscale_oauth_',
        'sbp_'
      ],
      body: 'alnum',
      min: 32
    },
    { matches: [`«dop_v1_${hex(64)}»`, `«dapi${hex(32)}»`], nonMatches: ['dapi', 'sbp_local'] }
  ),
  token(
    'hashicorp',
    'a HashiCorp Vault token',
    { starts: ['hvs.', 'hvb.', 'hvr.'], body: 'word', min: 24 },
    { matches: [`«hvs.${alnum(24)}»`], nonMatches: ['hvs.example.org'] }
  ),
  token(
    'terraform',
    'the secret part of an HCP Terraform token',
    { starts: ['.atlasv1.'], body: 'word', min: 24, keepsStart: true, anywhere: true },
    { matches: [`Ab1Cd2Ef3Gh4Ij.atlasv1.«${alnum(60)}»`], nonMatches: ['x.atlasv1.y'] }
  ),
  token(
    'mail',
    'a key of SendGrid, Mailchimp Transactional or Brevo',
    { starts: ['SG.', 'xkeysib-', 'xsmtpsib-'], body: 'dotted', min: 40 },
    { matches: [`«SG.${alnum(22)}.${alnum(43)}»`], nonMatches: ['SG.pdf'] }
  ),
  token(
    'mailgun',
    'a Mailgun key',
    { starts: ['key-'], body: 'hex', min: 32, max: 32 },
    { matches: [`«key-${hex(32)}»`], nonMatches: ['key-value', `key-${hex(40)}`] }
  ),
  token(
    'twilio',
    'a Twilio key',
    { starts: ['SK'], body: 'hex', min: 32, max: 32 },
    { matches: [`«SK${hex(32)}»`], nonMatches: ['SK', `SK${hex(40)}`, `DESK${hex(32)}`] }
  ),
  token(
    'shop',
    'a token of Shopify or Square',
    {
      starts: ['shpat_', 'shpca_', 'shppa_', 'shpss_', 'sq0atp-', 'sq0csp-'],
      body: 'word',
      min: 22
    },
    { matches: [`«shpat_${hex(32)}»`], nonMatches: ['shpat_x'] }
  ),
  token(
    'developer-tool',
    'a token of Atlassian, Bitbucket, Linear, Notion, Figma, Grafana, New Relic, Sentry, Postman, Doppler, Buildkite, Typeform or age',
    {
      starts: [
        'ATATT3',
        'ATBB',
        'lin_api_',
        'ntn_',
        'figd_',
        'glsa_',
        'glc_',
        'NRAK-',
        'sntrys_',
        'sntryu_',
        'PMAK-',
        'dp.pt.',
        'dp.st.',
        'bkua_',
        'tfp_',
        'dt0c01.',
        'AGE-SECRET-KEY-1'
      ],
      body: 'base64',
      min: 24
    },
    {
      matches: [`«lin_api_${alnum(40)}»`, `«glsa_${alnum(32)}_${hex(8)}»`],
      nonMatches: ['glc_x', 'ntn_a']
    }
  )
]
