/**
 * Vocabulary of failures over all vendors. A wording counts only under the statuses that `shared-rules` gives it.
 * Every gap is bounded, so that matching stays linear on hostile text.
 */

export const MONEY =
  /\b(?:insufficient|not enough|negative|no remaining) (?:account |user |api )?(?:balance|credits?|funds)\b|\bcredit balance\b|\bbalance (?:is |too )?(?:too low|not enough|insufficient|exhausted|low)\b|\b(?:quota|balance) is not enough\b|\bout of (?:credits?|funds)\b|\b(?:used|spent|exhausted)(?: up)?(?: all)?(?: of)?(?: your)?(?: available| remaining| monthly)?(?: included)? credits?\b|\bcredits? (?:are|is) required to\b|\bany credits yet\b|\brequires more credits\b|\b(?:spend(?:ing)?|billing|credit)(?: hard)? (?:limit|cap)\b|\bgood standing\b|\boverdue\b|\barrears\b|\bunpaid\b|\bpast invoices\b|\bpayment (?:is )?(?:required|method|past due)\b|\bbilling (?:is )?(?:not active|inactive|disabled)\b|\bcan only afford\b|\bcredits? (?:are |is |have been |has been )?(?:depleted|exhausted|used up|expired)\b|\bbudget (?:has been )?exceeded\b|\bnot active\b.{0,80}\bquota\b|\bfree tier of the model has been exhausted\b|\bregain access on\b|余额不足|余额已用完|欠费|额度不足|额度已用尽|额度已耗尽/i;

export const FILTER =
  /\bcontent (?:management )?(?:policy|filter(?:s|ing|ed)?|moderation|safety)\b|\bcontent exists risk\b|\binappropriate content\b|\b(?:safety|moderation|guardrail)s? (?:system|filter|policy|check|settings|reasons?)\b|\bflagged (?:as|by|for)\b|\b(?:was|been|is|were) flagged\b|\bviolat(?:es?|ed|ing|ions? of)\b.{0,60}\b(?:polic(?:y|ies)|guidelines)\b|\b(?:usage|acceptable use) policy\b|\bprohibited[_ ](?:content|use)\b|\bsensitive (?:content|words?|information)\b|\bnew_sensitive\b|\bblocked (?:by|due to)\b.{0,60}(?:safety|polic|filter|guardrail|prohibited)|\brequires moderation\b|敏感|违规|不安全|安全审核|内容审核|内容安全/i;

/** Wordings that name the context or the prompt: an overflow beyond doubt. */
export const OVERFLOW =
  /\bmax(?:imum)? (?:context|prompt|input|sequence)\b.{0,20}\b(?:length|size|window|tokens?)\b|\bcontext[ _-]?(?:length|window|size|limit)\b.{0,60}\b(?:exceed|too|greater|reached|larger|overflow|full)|\b(?:exceed(?:s|ed|ing)?|longer than|larger than|greater than|beyond|over|too large for)\b.{0,80}\bcontext\b|\b(?:prompt|input|conversation|request|messages?|query)\b.{0,30}\b(?:is|are|was) too (?:long|large)\b|\btoo many (?:input |total |prompt )?tokens\b|\brange of input length\b|\binputs?`? tokens \+|\brequest (?:body |payload |entity )?too large\b|\b(?:input|prompt) (?:token count|tokens?|length)\b.{0,60}\bexceeds?\b|\bmodel token limit\b|超长|上下文.{0,6}(?:过长|超|长度)|(?:输入|提示).{0,8}超过/i;

/** The output cap is the caller's own number: no smaller prompt helps. */
export const OUTPUT_CAP =
  /\bmax_(?:completion_|output_|new_)?tokens\b.{0,60}(?:too large|must be|at most|less than|>)|\bcompletion tokens\b|\bmaximum allowed number of output\b/i;

export const TOKEN_LIMIT =
  /\btokens?\b.{0,60}\bexceed(?:s|ed)?\b.{0,60}\b(?:maximum|limit|max|allowed)\b|\bexceed(?:s|ed)?\b.{0,60}\btokens?\b.{0,20}\b(?:limit|maximum)\b/i;

export const WINDOW =
  /(?:\bper[ -]|\/ ?)(?:hour|day|week|month)\b|\b(?:hourly|daily|weekly|monthly|session)\b.{0,40}\b(?:limits?|quota|usage|allocation|allowance|cap)\b|\b[RT]P[DH]\b|By(?:Day|Hour|Week|Month)\b|\b\d{1,3}[ -](?:hour|day|week)s?\b.{0,20}\b(?:limits?|window|usage)\b|\bper (?:30[1-9]|3[1-9]\d|[4-9]\d\d|\d{4,9}) ?s(?:ec|econds?)?\b|\busage limit (?:has been )?(?:reached|exceeded)\b|\bhit your (?:usage )?limit\b|每[天日周月]|小时.{0,8}上限|今日|本周|本月|使用上限/i;

export const ADDRESS =
  /\buser location\b|\b(?:country|region|territory|location)\b.{0,40}\bnot (?:supported|available|allowed|permitted)\b|\bnot (?:available|supported) in (?:your|this) (?:country|region|location|area)\b|\bip(?: address)?\b.{0,40}\b(?:not (?:authori[sz]ed|allowed|permitted|whitelisted)|blocked|banned|denied)\b|\byou have been blocked\b|\battention required\b|\bjust a moment\b|\berror code:? ?10(?:0[6-9]|10|12|20)\b|(?:地区|区域|国家).{0,10}(?:不支持|不可用|限制)/i;

export const KEY =
  /\b(?:api|access|secret|x-api|auth)[ _-]?(?:key|token)s?\b.{0,40}\b(?:invalid|incorrect|not valid|expired|revoked|disabled|deleted|missing|not found|not provided|leaked|blocked|unauthori[sz]ed|does not exist)\b|\b(?:invalid|incorrect|expired|wrong|malformed|missing|no|bad|unknown)(?: or (?:expired|missing|invalid))? (?:api|access|secret|x-api|auth|bearer|oauth2?)[ _-]?(?:key|token|credentials?)\b|\b(?:invalid|no auth) credentials?\b|\bauthentication (?:failed|fails|error|required)\b|\bunauthori[sz]ed\b|\blogin fail|\bcould not validate credentials\b|\boauth (?:authentication|token)\b|密钥.{0,10}(?:无效|错误|过期)|鉴权失败|身份验证|认证失败|令牌.{0,4}(?:无效|过期)|无效的令牌/i;

export const ACCOUNT =
  /\b(?:account|organi[sz]ation|project|workspace|user|key)\b.{0,60}\b(?:has been|is|was|been) (?:temporarily |permanently )?(?:deactivated|disabled|suspended|banned|terminated|blocked|locked|deleted|reported as leaked)\b|账[号户].{0,10}(?:封|锁定|停用|禁用|异常)/i;

/** The credential may not use this one model. */
export const MODEL_ACCESS =
  /(?:\b(?:no|not|without|denied|lacks?)\b|n't\b).{0,40}\b(?:access|permission|authori[sz]ed|allowed|entitled)\b.{0,40}\bmodel\b|\bmodel\b.{0,80}\b(?:not (?:available|allowed|enabled|accessible) (?:for|on|in|to|with) (?:your|this|the) (?:plan|tier|account|subscription|key|project|organi[sz]ation|token)|requires .{0,30}(?:plan|tier|subscription))\b|无权.{0,20}模型|模型.{0,20}(?:权限|无权)/i;

export const MODEL_GONE =
  /\bmodels?\b[\s:]{1,3}[^\s]{1,120} (?:(?:is|was|has been|have been|does|could|cannot|can't)(?: currently)? )?(?:be |been )?(?:not (?:exist|found|available|supported|be found|valid|a valid|deployed|loaded)|not be found|decommissioned|deprecated|retired|removed|shut down|discontinued|no longer|unknown|unavailable|invalid)|\b(?:the|this|requested) model\b.{0,10}\b(?:(?:does|did) not exist|has (?:been )?(?:reached|deprecated|retired|removed|decommissioned)|is (?:not (?:available|found)|no longer|deprecated))|\b(?:unknown|invalid|unrecognized|unsupported|no such) model\b|\bmodel (?:not found|not exist|does not exist|identifier is invalid|unavailable)|\bend[ -]of[ -]life\b|\bmodels\/\S{1,120} is not found\b|\bpublisher model\b|\bon-demand throughput\b|\bnot a valid model\b|\bdeployment\b.{0,60}\b(?:does not exist|not found)\b|\bno endpoints found for\b|模型.{0,20}(?:不存在|下线|停用|不可用|未找到)/i;

/** A 404 that is not about the model. */
export const OTHER_THING_GONE =
  /\bdata policy\b|\bguardrail restrictions\b|\b(?:endpoints|providers)\b.{0,20}\b(?:that support|support)\b|\b(?:response|item|file|thread|batch|container|conversation|assistant|vector store)\b.{0,80}\bnot found\b/i;

export const CAPACITY =
  /\bat (?:full )?capacity\b|\bover(?:loaded| capacity)\b|\b(?:high|heavy|peak|excessive)(?: \w{1,12})? (?:demand|load|traffic)\b|\bcapacity (?:has been )?(?:exceeded|reached)\b|\bcapacity (?:constraints?|limit)\b|\b(?:no|insufficient|out of|not enough)(?: available)? capacity\b|\bservers? (?:is |are )?(?:too |currently )?busy\b|\b(?:currently|temporarily) (?:busy|unavailable|overloaded)\b|\bmodel\b.{0,60}\bis (?:still |currently )?loading\b|\bwarming up\b|繁忙|过载|访问量过大|负载|拥挤/i;

export const RATE =
  /\brate[ -]?limit(?:s|ed|ing)?\b.{0,40}\b(?:exceed|reach|hit|error)|\b(?:exceed|reach|hit)(?:ed|s)?\b.{0,40}\brate[ -]?limit|\btoo many (?:requests|concurrent)\b|\bthrottl|请求过于频繁|限流|频率过高|请求频率/i;

export const QUOTA =
  /\bquota\b.{0,20}\b(?:exceeded|exhausted|reached)\b|\bexceeded\b.{0,30}\bquota\b|\brate limit|\bconcurrency limit\b/i;
