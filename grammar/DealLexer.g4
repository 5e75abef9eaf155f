// The words of Deal. Words are soft where the grammar allows (`softword` in DealParser.g4).
lexer grammar DealLexer;

// ---- words ----
// A word of the language is a NAME whose text is the token's own name in small letters: the compiler's lexer looks it up (a rule for each
// word would cost a third of the start). From A to ZONE they stand together.
tokens {
  A, ABOVE, ACCORDING, ACCRUED, ACTION, ADD, AFTER, AGAINST, ALL, ALWAYS, AMENDMENT, AMOUNTS, AND, ANY, APPLIED, AS, ASSET, ASSIGN,
  ASSUMED, AT, BEFORE, BELOW, BOOLEAN, BREACHED, BRING, BUSINESS, BUT, BY, CALENDAR, CAP, CAPPED, CARRIES, CASE, CEILING, CHANGE, CLOSES,
  COMPOUNDED, CONTRACT, COUNT, COUNTED, COUNTING, CURE, CURRENCY, DATE, DAY, DAYS, DEAL, DECIDED, DECIDER, DECIMAL, DEFERRED, DEFINE,
  DEPEND, DOES, DOWN, DROP, DURATION, EACH, EFFECTIVE, ELSE, END, ENDING, EVEN, EVENT, EXCEPT, EXCLUDES, EXCLUSIVE, EXCLUSIVITY, EXPECT,
  FACT, FALSE, FAR, FIRST, FLOOR, FOR, FORWARD, FROM, FULL, GIVEN, GRANTS, HALF, HIGHEST, HOUR, HOURS, IF, IMPORT, IN, INCLUDING, INFERRED,
  INSTANT, INTEGER, INTEREST, IS, KEEPS, KIND, KNOWN, LAST, LATE, LATEST, LEAST, LEVEL, LICENSE, LIST, LOWEST, MAY, MINUTE, MINUTES, MONEY,
  MONTH, MONTHS, MUST, NEGATIVE, NETS, NOR, NOT, NOTE, NOTWITHSTANDING, NOW, NUMBER, OBLIGATION, OF, ON, ONCE, OPTION, OPTIONAL, OR, OVER,
  PARAMETER, PART, PARTY, PAYABLE, PAYMENT, PAYS, PER, PERCENT, PERIODS, PERMISSION, PLACES, PREFER, PROHIBITION, PROPORTION, QUARTER,
  QUARTERS, RATIO, READING, RECORD, RECOUPS, REJECTED, RELEASED, REPLACE, REPORTED, REPORTS, REQUIRE, RESERVES, RESTART, RESTATABLE, ROUND,
  ROUNDED, SCENARIO, SECOND, SECONDS, SET, SINCE, SLICES, SO, SOLE, SOURCE, SPLIT, STATE, STATED, STAYS, SUBJECT, SURVIVING, SUSPEND,
  TABLE, TERM, TERMINATE, TEXT, THE, THEIR, THEN, THIS, THROUGH, TO, TODAY, TOGETHER, TOTAL, TRANSFERS, TRUE, UNKNOWN, UNLESS, UNTIL, UP,
  USE, WAIVED, WATERFALL, WEEK, WEEKS, WHEN, WHERE, WHICHEVER, WHOLE, WITH, WITHIN, YEAR, YEARS, ZONE
}
NON_EXCLUSIVE : 'non-exclusive';

// ---- figures ----
// One token, so that `30/360` after `per year` is a day count; the tree builder takes it apart where a number stands.
DAYCOUNT        : 'ACT/365F' | 'ACT/360' | 'ACT/ACT' | '30/360' | '30E/360';
INSTANT_LITERAL : DIGIT4 '-' DIGIT2 '-' DIGIT2 'T' DIGIT2 ':' DIGIT2 ( ':' DIGIT2 )? ( 'Z' | [+\-] DIGIT2 ':' DIGIT2 );
DATE_LITERAL    : DIGIT4 '-' DIGIT2 '-' DIGIT2;
PERCENT_LITERAL : DIGITS '%';
NUMBER_LITERAL  : DIGITS;
STRING_LITERAL  : '"' ( ~["\\\r\n] | '\\' . )* '"';

// ---- signs ----
NE : '!=';
LE : '<=';
GE : '>=';
LT : '<';
GT : '>';
EQ : '=';
PLUS : '+';
MINUS : '-';
STAR : '*';
SLASH : '/';
CARET : '^';
LPAREN : '(';
RPAREN : ')';
LBRACE : '{';
RBRACE : '}';
COMMA : ',';
COLON : ':';
DOT : '.';

// Any letter may stand in a name; which code points are letters is checked in the compiler (a \p{L} set costs start-up time).
NAME : [a-zA-Z_\u00AA-\u{10FFFF}] [a-zA-Z0-9_\u00AA-\u{10FFFF}]*;

SPACE   : [ \t\r\n]+ -> channel(HIDDEN);
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN);
STRAY   : .;

fragment DIGIT  : [0-9];
fragment DIGIT2 : DIGIT DIGIT;
fragment DIGIT4 : DIGIT2 DIGIT2;
fragment DIGITS : DIGIT [0-9_]* ( '.' DIGIT+ )?;
