// The sentences of Deal. Every item, clause line and scenario line is chosen by its first word, the operative sentence of a
// clause (which begins with a name) by its second. README.md says which rule builds which node.
parser grammar DealParser;
options { tokenVocab = DealLexer; }

file   : header item* EOF;
// What stands outside a file, as what it is: an expression (`deal eval`, `--set`), lines of a scenario (the REPL), items.
single : expr EOF;
steps  : step* EOF;
items  : item* EOF;
header : DEAL name ( LPAREN field ( COMMA field )* RPAREN )? string? ( EFFECTIVE date badge? )?;

item  : declaration | clause | amendment | scenario | always;
badge : ACCORDING TO string | INFERRED ( FROM string )? | ASSUMED;

string : STRING_LITERAL;
date   : DATE_LITERAL;
number : NUMBER_LITERAL;

// ---- declarations ----
declaration
  : CURRENCY name                                                                                                      # currencyItem
  | ROUND rounding                                                                                                     # roundItem
  | MONTH END ( DOWN | UP )                                                                                            # monthEndItem
  | CONTRACT YEAR FROM date                                                                                            # contractYearItem
  | ZONE string                                                                                                        # zoneItem
  | CALENDAR name FROM string                                                                                          # calendarItem
  | PARTY title ( COMMA title )*                                                                                       # partyItem
  | IMPORT string                                                                                                      # importItem
  | USE name ( LPAREN argument ( COMMA argument )* RPAREN )? AS name                                                   # useItem
  | ASSET names                                                                                                        # assetItem
  | NOTE string                                                                                                        # noteItem
  | KIND name LBRACE title ( COMMA title )* RBRACE                                                                     # kindItem
  | RECORD name fields                                                                                                 # recordItem
  | TABLE name BY name fields LBRACE row* RBRACE                                                                       # tableItem
  | PARAMETER name COLON type ( EQ expr badge? )? string?                                                              # parameterItem
  | FACT name ( LPAREN field ( COMMA field )* RPAREN )? COLON type string? ( DECIDED BY name | DECIDER NOT STATED )?   # factItem
  | EVENT name ( REPORTED BY name )? ( FOR EACH period )? ( AS name )? string? fields?                                 # eventItem
  | ACTION name LPAREN ( field ( COMMA field )* )? RPAREN ( BY name )? ( AS name )? string?                            # actionItem
  | DEFINE name ( LPAREN field ( COMMA field )* RPAREN )? COLON type value                                             # defineItem
  | STATE name COLON type ( EACH period )? EQ expr LBRACE update+ RBRACE                                               # stateItem
  | REQUIRE expr string?                                                                                               # requireItem
  ;
title     : name string?;
fields    : LBRACE ( field ( COMMA field )* )? RBRACE;
field     : word COLON type;
row       : FOR name COLON expr ( COMMA expr )*;
type      : OPTIONAL? basetype ( FROM sum THROUGH sum )?;
basetype  : BOOLEAN | INTEGER | NUMBER | RATIO | DECIMAL digits? | PERCENT digits? | MONEY NAME? | DATE | INSTANT
          | DURATION | MONTHS | TEXT | LIST OF basetype | name;
digits    : LPAREN number RPAREN;
value     : EQ expr | LBRACE ( expr exemption* | exemption+ | reading+ ) RBRACE;
exemption : EXCEPT name? WHEN expr COLON expr | PREFER name OVER name;
update    : AFTER name ( WHEN expr )? COLON expr;
rounding  : HALF ( EVEN | UP | DOWN ) | UP | DOWN | CEILING | FLOOR;

// ---- clauses ----
clause
  : LICENSE name string? LBRACE text* licenseSentence line* RBRACE             # licenseClause
  | PAYMENT name string? LBRACE text* paySentence line* RBRACE                 # paymentClause
  | kind = ( OBLIGATION | PERMISSION | PROHIBITION | OPTION ) name string? LBRACE text* dutySentence line* RBRACE # dutyClause
  | EXCLUSIVITY name string? LBRACE text* exclusivitySentence line* RBRACE     # exclusivityClause
  | CAP name string? LBRACE names TOGETHER AT expr scope counting? badge? RBRACE                            # capClause
  | WATERFALL name string? LBRACE text* FROM expr ( EACH period )? tier+ RBRACE                             # waterfallClause
  ;
text            : TEXT string ( SOURCE string )?;
licenseSentence     : ( name GRANTS name A LICENSE TO names | name TRANSFERS names TO name ) badge?;
paySentence         : name PAYS payee badge?;
dutySentence        : name modal act ( WITHIN span | BY sum )? badge?;
exclusivitySentence : name RESERVES names FOR name badge?;
payee           : SPLIT portion ( COMMA portion )* OF amount | amount TO name;
portion         : expr TO name | THE REST TO name;
amount          : schedule | LBRACE reading+ RBRACE | expr;
schedule        : BY ( SLICES OF expr | LEVEL OF expr ( APPLIED TO expr )? ) LBRACE band+ RBRACE;
band            : ( UP TO AND INCLUDING | BELOW | ABOVE | AT OR ABOVE ) expr COLON expr
                | FROM sum THROUGH sum COLON sum TO sum;
modal           : MUST NOT? | MAY;
act             : deed | SUSPEND name | BRING sum TO AT LEAST sum;
deed            : TERMINATE | ( name | USE ) LPAREN ( expr ( COMMA expr )* )? RPAREN;
tier            : THEN name ( PAYS | KEEPS )? expr ( UNTIL expr )?;

line : provision badge?;
provision
  : WHEN condition                                                                           # whenLine
  | UNLESS condition                                                                         # unlessLine
  | TERM termspec                                                                            # termLine
  | SUBJECT TO names                                                                         # subjectLine
  | NOTWITHSTANDING names                                                                    # notwithstandingLine
  | text                                                                                     # textLine
  | SURVIVING                                                                                # survivingLine
  | ( EXCLUSIVE | SOLE | NON_EXCLUSIVE )                                                     # exclusiveLine
  | EXCLUDES names                                                                           # excludesLine
  | ON ( date | name )                                                                       # onLine
  | EACH period                                                                              # eachLine
  | AT LEAST expr scope ( IN ( PROPORTION TO DAYS | FULL ) )?                                # atLeastLine
  | CAPPED AT expr scope                                                                     # cappedLine
  | counting                                                                                 # countingLine
  | PART PERIODS ( BY THEIR LAST DAY | IN PROPORTION TO DAYS | NOT COUNTED )                 # partLine
  | RECOUPS names                                                                            # recoupsLine
  | NETS AGAINST names                                                                       # netsLine
  | WAIVED WHEN expr                                                                         # waivedLine
  | DEFERRED WHEN expr                                                                       # deferredLine
  | CARRIES NEGATIVE AMOUNTS FORWARD                                                         # carriesLine
  | ROUND rounding ( TO number PLACES )?                                                     # roundLine
  | PAYABLE ( WITHIN span | ON sum | AT ONCE )                                               # payableLine
  | RESTATABLE FOR number unit                                                               # restatableLine
  | LATE INTEREST expr PER ( MONTH | YEAR DAYCOUNT ) ( COMPOUNDED EACH period )?             # lateLine
  | CLOSES number unit AFTER EACH period                                                     # closesLine
  | CURE WITHIN span                                                                         # cureLine
  | IF BREACHED LBRACE clause+ RBRACE                                                        # breachedLine
  ;
counting  : COUNTING ( ALL | FROM date );
condition : LBRACE reading+ RBRACE | expr;
reading   : READING name string? COLON expr;
scope     : IN ( TOTAL | ANY number CALENDAR unit ) | EACH ( EVENT | period );
span      : number BUSINESS? unit ( AFTER | BEFORE ) ( EACH period | ref ) ( IN name )?;
termspec  : ( date | FROM ( date | name ) )? ( ending ( OR ending )* ( COMMA WHICHEVER IS ( FIRST | LAST ) )? )?;
ending    : THROUGH date | UNTIL ( date | name ) | FOR number unit;
period    : ( CALENDAR | CONTRACT ) ( DAY | WEEK | MONTH | QUARTER | YEAR );
unit      : SECOND | SECONDS | MINUTE | MINUTES | HOUR | HOURS | DAY | DAYS | WEEK | WEEKS | MONTH | MONTHS | QUARTER | QUARTERS
          | YEAR | YEARS;

// ---- versions, tests, proofs ----
amendment : AMENDMENT name string? EFFECTIVE date LBRACE text* change* RBRACE;
change
  : CHANGE name LBRACE revision* RBRACE                                                       # changeClause
  | END name ( COMMA name )* ( COMMA ACCRUED ( STAYS PAYABLE | IS RELEASED ) )?               # endClauses
  | ADD item                                                                                  # addItem
  | SET name EQ expr badge?                                                                   # setParameter
  | RESTART names                                                                             # restartTotals
  | REPLACE name value                                                                        # replaceDefinition
  | ASSIGN names FROM name TO name                                                            # assignClauses
  ;
revision
  : line                                                                                      # lineRevision
  | DROP leadword                                                                             # dropRevision
  | REPLACE name ( PAYS payee | GRANTS name A LICENSE TO names | modal act )                  # sentenceRevision
  ;
leadword  : WHEN | UNLESS | TERM | SUBJECT | NOTWITHSTANDING | EXCLUSIVE | SOLE | NON_EXCLUSIVE | EXCLUDES | ON | EACH | AT | CAPPED
          | COUNTING | PART | RECOUPS | NETS | WAIVED | DEFERRED | CARRIES | ROUND | PAYABLE | CLOSES | RESTATABLE | LATE | CURE
          | SURVIVING | IF;
scenario  : SCENARIO string LBRACE step* RBRACE;
step
  : WITH name EQ expr                                                                         # withStep
  | GIVEN ref EQ expr                                                                         # givenStep
  | READING name                                                                              # readingStep
  | ON ( date | INSTANT_LITERAL ) name happening? economic?                                   # onStep
  | AS OF ( date | INSTANT_LITERAL )                                                          # asOfStep
  | EXPECT ( REJECTED string? | expr )                                                        # expectStep
  ;
happening : REPORTS name ( LBRACE argument ( COMMA argument )* RBRACE | expr )? | DOES deed | PAYS name expr;
economic  : FOR ( date | THE ( DAY | WEEK | MONTH | QUARTER | YEAR ) ENDING date );
argument  : word COLON expr;
always    : ALWAYS string badge? LBRACE expr ( DOES NOT DEPEND ON names )? ( WHEN expr )? ( FROM date )? RBRACE;

// ---- expressions: one flat rule; the tree builder climbs the levels, loosest first: or | and | = != < <= > >= | + - | * / of ----
expr    : IF expr THEN expr ELSE expr                                                         # ifExpr
        | CASE ref LBRACE ( arm )+ RBRACE                                                     # caseExpr
        | operand ( infix operand )*                                                       # flatExpr
        ;
arm      : WHEN names COLON expr;
infix    : OR | AND | EQ | NE | LT | LE | GT | GE | PLUS | MINUS | STAR | SLASH | OF;
sum      : operand ( ( PLUS | MINUS ) operand )*;
operand  : ( NOT | MINUS ) operand | primary postfix*;
postfix  : CARET primary                                                                      # powerPostfix
         | IS NOT? ( KNOWN | GIVEN | IN ( YEAR number | primary ) | status | primary )        # isPostfix
         | BUT NOT bound ( NOR bound )?                                                       # boundPostfix
         ;
// `is no rule applies`, `is division by zero`: of several words, at the top of an `expect`
status   : NAME NAME NAME? | NAME BY NAME | DATE NAME OF NAME | NAME NAME OF NAME;
bound    : ( BELOW | ABOVE ) primary;
primary
  : PERCENT_LITERAL                                                                           # percentPrimary
  | DATE_LITERAL                                                                              # datePrimary
  | INSTANT_LITERAL                                                                           # instantPrimary
  | STRING_LITERAL                                                                            # textPrimary
  | DAYCOUNT                                                                                  # quotientPrimary
  | number ( unit | NAME )?                                                                   # numberPrimary
  | ( TRUE | FALSE | UNKNOWN | TODAY | NOW )                                                  # wordPrimary
  | LPAREN expr ( ROUNDED rounding TO number PLACES )? RPAREN                                 # bracketPrimary
  | LIST LPAREN ( expr ( COMMA expr )* )? RPAREN                                              # listPrimary
  | WHOLE unit ( IN primary | FROM primary TO primary )                                       # wholePrimary
  | ( YEARS | DAYS COUNTED? ) FROM primary TO primary DAYCOUNT                                # daysPrimary
  | aggregate ( OF ref IN listed ( WHERE LPAREN expr RPAREN )? | ref ( WHERE LPAREN expr RPAREN )? window? ) # aggregatePrimary
  | ( MAY | MUST ) name deed                                                                  # questionPrimary
  | ref                                                                                       # refPrimary
  ;
aggregate : TOTAL | COUNT | HIGHEST | LOWEST | LATEST | ANY | ALL;
listed    : ref | LPAREN expr RPAREN;
window    : SO FAR | SINCE date | THIS period | LAST period | OVER THE LAST number CALENDAR unit | BEFORE THIS EVENT;
ref       : name refTail*;
refTail   : DOT word | LPAREN ( expr ( COMMA expr )* )? RPAREN;
names     : name ( COMMA name )*;
name      : NAME | softword;
softword : A | AGAINST | AMOUNTS | APPLIED | ASSUMED | LEVEL | SLICES | PART | PERIODS | COUNTED | STAYS | RELEASED | ACCORDING | THEIR | PROPORTION
          | DECIDER | STATED | ENDING | SO | FAR | SINCE | BREACHED | BUSINESS | CALENDAR | CEILING | COUNTING | CURE | DAY | DECIDED | DEPEND | DOWN
          | EFFECTIVE | EVEN | FIRST | FLOOR | FORWARD | FULL | HALF | INFERRED | INTEREST | LATE | LICENSE | NEGATIVE | ONCE | PLACES | QUARTER
          | REPORTED | REPORTS | RESERVES | REST | RESTATABLE | SOLE | SOURCE | TOGETHER | WEEK | WHICHEVER | YEAR | ZONE;
// after a dot
word     : name | PAYABLE | ACCRUED | TOTAL | AT | TERM | DATE | TEXT | COUNT | BY | FROM | ON | END | EXCLUSIVE | FOR | USE | EACH | ROUND | MONEY
          | DURATION | MONTHS;
