import { MAX_TEXT } from './error-reading';

const URLS = /\b(?:https?:\/\/|www\.)[^\s"'<>)\]，。]{1,2000}/gi;
/** Sentences that tell the reader what to do say nothing of what happened. */
const ADVICE_SENTENCE =
  /^\W{0,3}(?:(?:please|kindly|visit|see|refer|learn|consider|upgrade|contact|configure|call|navigate|go to|check|reduce|shorten|need more|add \d|try (?:using|a|an|again with|with|reducing)|for (?:more|further|details|inquiries|improved|information)|to (?:continue|increase|learn|view|monitor|request|see|get|raise|purchase|avoid)|you (?:can|may|could)|if you|retry (?:after|your)|terms)\b|请)/i;
const ADVICE_CLAUSE =
  /[,;，；]?\s{0,2}(?:\b(?:please|kindly)\b|请|\b(?:and|or|then) (?:upgrade|add|contact|check|purchase|reduce|consider|try)\b|\bcheck your plan\b|\bupgrade (?:to|for|your)\b|\breduce the (?:length|number)\b|\bcontact (?:us|sales|support|our|your|fireworks)\b).*$/is;
const SENTENCE_END = /(?<=[.!?;])\s+|[\n。！？；]/;

/** What happened, without URLs and advice; when nothing else is there, the advice is all we have. */
export function dropAdvice(text: string): string {
  const plain = text.slice(0, MAX_TEXT).replace(URLS, ' ');
  const facts = plain
    .split(SENTENCE_END)
    .filter((sentence) => sentence.trim() !== '' && !ADVICE_SENTENCE.test(sentence.trim()))
    .map((sentence) => sentence.replace(ADVICE_CLAUSE, '').trim())
    .filter((sentence) => sentence !== '');
  return (facts.length > 0 ? facts.join('. ') : plain).trim();
}
