import { parseDurationMs } from './parse-duration';
import { parseIsoInstant } from './parse-instant';
import { instantOfWallClock, nextTimeOfDay } from './zone-time';

const FILLER =
  '(?:\\s{1,3}(?:in|after|for|about|approximately|around|at least|another|up to|within|~)|\\s{0,2}[:~]){0,3}';
/** The number that counts stands after one of these; other numbers are limits and windows. */
const RELATIVE = new RegExp(
  `\\b(?:try(?:ing)?(?: it)? again|retry(?:ing)?|wait(?:ing)?|resets?|available again|refresh(?:es)?|recovers?)(?: your request)?${FILLER}\\s{0,3}(?=\\d)`,
  'gi',
);
const RELATIVE_CJK =
  /(?:等待|请在|将在|请于)\s{0,2}(?=\d{1,9}\s?(?:毫秒|秒|分|小时|天))|(?<![\d.])(?=\d{1,9}\s?(?:秒钟?|分钟|小时|天)\s?(?:后|之后))/g;
const ABSOLUTE =
  /\b(?:resets?|regain|try again|available|until|renews?|refresh(?:es)?|expires?)\b|重置|恢复|刷新|重试/i;
const EPOCH = /\b(?:limit reached|resets?(?: at)?)\s{0,2}[|:]?\s{0,2}(1\d{9})\b/i;
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const MONTH_DATE = new RegExp(
  `\\b(${MONTHS})[a-z]{0,6}\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})(?:,?(?: at)? (\\d{1,2}):(\\d{2})(?::\\d{2})?\\s?([ap]m)?)?`,
  'i',
);
const TIME_OF_DAY =
  /\b(?:resets?|try again|available)(?: again)?(?: at)? (\d{1,2})(?::(\d{2}))?\s?([ap]m)\b(?:\s?\(([A-Za-z_]{1,20}(?:\/[A-Za-z_]{1,20}){0,2})\))?/i;

const clock = (hour: string | undefined, half: string | undefined): number => {
  const value = Number(hour ?? 0);
  if (half === undefined) return value;
  return (value % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
};

function monthDate(text: string, zone: string): number | undefined {
  const match = MONTH_DATE.exec(text);
  if (!match) return undefined;
  const month = MONTHS.split('|').indexOf((match[1] ?? '').toLowerCase());
  return instantOfWallClock(
    Date.UTC(Number(match[3]), month, Number(match[2]), clock(match[4], match[6]), Number(match[5] ?? 0)),
    zone,
  );
}

function timeOfDay(text: string, nowMs: number, zone: string): number | undefined {
  const match = TIME_OF_DAY.exec(text);
  if (!match) return undefined;
  return nextTimeOfDay(nowMs, clock(match[1], match[3]) * 60 + Number(match[2] ?? 0), match[4] ?? zone);
}

function relative(text: string): number | undefined {
  for (const pattern of [RELATIVE, RELATIVE_CJK]) {
    for (const match of text.matchAll(pattern)) {
      const ms = parseDurationMs(
        text.slice(match.index + match[0].length, match.index + match[0].length + 80),
      );
      if (ms !== undefined) return ms;
    }
  }
  return undefined;
}

/** Instant at which a sentence says that another try can succeed. Without a stated zone: `zone`, Beijing for Chinese. */
export function sentenceInstant(text: string, nowMs: number, zone: string | undefined): number | undefined {
  const ms = relative(text);
  if (ms !== undefined) return nowMs + ms;
  const epoch = EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1_000;
  if (!ABSOLUTE.test(text)) return undefined;
  const local = zone ?? (/\p{Script=Han}/u.test(text) ? 'Asia/Shanghai' : 'UTC');
  return parseIsoInstant(text, local) ?? monthDate(text, local) ?? timeOfDay(text, nowMs, local);
}
