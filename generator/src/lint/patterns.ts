/** What gives a text away that speaks to the model rather than about the tool. */
export const injections: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:previous|prior|above|earlier|all|other|your|any)\b[^.]{0,30}\b(?:instructions?|rules?|prompts?|guidelines|messages?)\b/i,
  /\bsystem prompt\b/i,
  /<\/?(?:system|important|instructions?|assistant|tool_call|secret)>/i,
  /\[(?:system|inst)\]|<\|[a-z_]+\|>/i,
  /\b(?:do not|don't|never) (?:tell|inform|mention|reveal|show)\b[^.]{0,30}\b(?:the )?(?:user|person|human|operator)s?\b/i,
  /\b(?:without|before) (?:telling|informing|asking|notifying) (?:the )?(?:user|person|human)\b/i,
  /\b(?:always|must|should) (?:call|use|run|invoke) this tool (?:first|before)\b/i,
  /\bbefore (?:using|calling) any other tools?\b/i,
  /\b(?:you are|act as|pretend to be) (?:now |an? )?(?:ai|assistant|language model|llm|dan|developer mode)\b/i,
  /\b(?:exfiltrate|send|forward|post|upload)\b[^.]{0,40}\b(?:conversation|chat history|api keys?|credentials|secrets?|environment variables)\b[^.]{0,30}\bto\b/i,
  /\bprefer this tool (?:over|to) (?:all |any )?others?\b/i,
];

/** Credentials by their form. Each is long enough that no word is one by accident. */
export const secrets: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: "a GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{50,}/ },
  { what: "a Stripe key", pattern: /\b[srw][kh](?:sec)?_(?:live|test)_[A-Za-z0-9]{16,}\b/ },
  { what: "a Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/ },
  { what: "a Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}\b/ },
  { what: "a model provider's key", pattern: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}/ },
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: "a signed token (JWT)", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  { what: "a bearer token", pattern: /\bBearer\s+(?=[A-Za-z0-9._~+/-]*\d)[A-Za-z0-9._~+/-]{24,}=*/ },
  {
    what: "a password in an address",
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:(?!\*|pass|xxx|<|\{|\$)[^\s:/@]{4,}@/i,
  },
];

/** Hosts that nobody outside can reach, so whoever is told of them learns only how a network is built. */
export const internalHost =
  /\b(?:localhost(?=[:/]\S)|127\.\d+\.\d+\.\d+|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|(?:[a-z0-9-]+\.)+(?:internal|intranet|corp|lan|localdomain|svc\.cluster\.local))\b/i;
