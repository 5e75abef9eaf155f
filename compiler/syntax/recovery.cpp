#include "syntax/recovery.h"

namespace deal::syntax {

using P = grammar::DealParser;
using namespace antlr4::atn;

Recovery::Recovery(P &parser, const Source &source) : parser_(parser), source_(source) {
  auto &atn = parser.getATN();
  auto first = [&](std::size_t rule) { return atn.nextTokens(atn.ruleToStartState[rule]); };
  items_ = first(P::RuleItem), lines_ = first(P::RuleLine), revisions_ = first(P::RuleRevision), steps_ = first(P::RuleStep);
  changes_ = first(P::RuleChange), exemptions_ = first(P::RuleExemption), updates_ = first(P::RuleUpdate), readings_ = first(P::RuleReading);
  harbours_ = {{P::RuleHeader, one, &items_},
               {P::RuleText, one, &lines_},
               {P::RuleLicenseSentence, one, &lines_},
               {P::RulePaySentence, one, &lines_},
               {P::RuleDutySentence, one, &lines_},
               {P::RuleExclusivitySentence, one, &lines_},
               {P::RuleItem, of_a_list, &items_},
               {P::RuleLine, of_a_list, &revisions_},
               {P::RuleRevision, of_a_list, &revisions_},
               {P::RuleStep, of_a_list, &steps_},
               {P::RuleChange, of_a_list, &changes_},
               {P::RuleExemption, of_a_list, &exemptions_},
               {P::RuleUpdate, of_a_list, &updates_},
               {P::RuleReading, of_a_list, &readings_},
               {P::RuleFile, list, &items_},
               {P::RuleItems, list, &items_},
               {P::RuleClause, list, &lines_},
               {P::RuleChange, list, &revisions_},
               {P::RuleScenario, list, &steps_},
               {P::RuleSteps, list, &steps_},
               {P::RuleAmendment, list, &changes_}};
  uses_.resize(parser.getVocabulary().getMaxTokenType() + 1);
  for (auto *state : atn.states) {
    if (state->ruleIndex == P::RuleLeadword) continue;
    for (auto *way : state->transitions)
      if (way->getSerializationType() == Transition::ATOM || way->getSerializationType() == Transition::SET)
        for (auto type : way->label().toList())
          if (type >= 0) ++uses_[static_cast<std::size_t>(type)];
  }
}

const Recovery::Harbour *Recovery::harbour(std::size_t rule, bool loop) const {
  for (auto &h : harbours_)
    if (h.rule == rule && (h.form == list) == loop) return &h;
  return nullptr;
}

// A word that stands nowhere else in the language; or one that stands at the left edge and cannot begin what a block holds.
bool Recovery::begins_item(std::size_t index, const Place &place) const {
  auto *stream = parser_.getTokenStream();
  auto type = stream->get(index)->getType();
  auto among = [&](const Words &words) { return words.contains(static_cast<ssize_t>(type)); };
  if (type == antlr4::Token::EOF || !among(items_)) return false;
  if (index > 0 && stream->get(index - 1)->getType() == P::ADD) return false;
  return uses_[type] == 1 || (place.first && place.indent == 0 && !among(revisions_) && !among(steps_) && !among(changes_));
}

const std::vector<Recovery::Place> &Recovery::places() {
  if (!places_.empty()) return places_;
  std::vector<std::size_t> open;
  std::size_t before = 0;
  auto text = source_.text();
  for (auto *token : static_cast<antlr4::CommonTokenStream *>(parser_.getTokenStream())->getTokens()) {
    auto index = places_.size(), at = token->getStartIndex() - source_.base();
    Place place;
    place.depth = open.size();
    place.first = index == 0 || text.substr(before, at - before).find('\n') != std::string_view::npos;
    place.indent = place.first ? at - (text.substr(0, at).rfind('\n') + 1) : places_.back().indent;
    place.item = begins_item(index, place);
    before = at;
    if (!open.empty()) place.opener = open.back();
    if (place.item) open.clear(), place.depth = 0; // whatever was not closed before it
    places_.push_back(place);
    if (token->getType() == P::LBRACE) open.push_back(index);
    if (token->getType() == P::RBRACE && !open.empty()) open.pop_back();
  }
  return places_;
}

// To what goes on at this depth: a line that is not indented further than the one with the mistake, whatever it begins with; a word that begins
// such a thing and is the first on its line, or can stand nowhere else; the `}` of the block; an item, where the `}` is missing.
void Recovery::skip(const Words &words, std::size_t depth, std::size_t indent) {
  auto *stream = parser_.getTokenStream();
  for (auto begin = stream->index();; parser_.consume()) {
    auto type = stream->LA(1);
    auto place = place_of(stream->index());
    if (type == antlr4::Token::EOF || place.item) return;
    if (place.depth > depth) continue;
    if (type == P::RBRACE && depth > 0) return;
    bool starts = words.contains(static_cast<ssize_t>(type)) && (place.first || uses_[type] == 1);
    bool line = place.first && place.indent <= indent && stream->index() > begin;
    if (line) endErrorCondition(&parser_); // what stands there is looked at anew
    if (starts || line) return;
  }
}

const antlr4::Token *Recovery::unclosed(const antlr4::Token &token) {
  auto index = token.getTokenIndex();
  if (index == INVALID_INDEX) return nullptr;
  auto place = place_of(index);
  bool ends = token.getType() == antlr4::Token::EOF || place.item;
  return ends && place.opener != SIZE_MAX ? parser_.getTokenStream()->get(place.opener) : nullptr;
}

void Recovery::say_once() {
  if (inErrorRecoveryMode(&parser_)) return;
  beginErrorCondition(&parser_);
  say(parser_.getCurrentToken());
}

void Recovery::recover(antlr4::Parser *, std::exception_ptr error) {
  auto *context = parser_.getContext();
  auto *to = harbour(context->getRuleIndex(), false);
  if (!to) std::rethrow_exception(error);
  auto begin = context->getStart()->getTokenIndex();
  if (to->form == of_a_list && parser_.getTokenStream()->index() == begin) parser_.consume();
  auto *around = dynamic_cast<antlr4::ParserRuleContext *>(context->parent);
  bool of_amendment = to->words == &items_ && around && around->getRuleIndex() == P::RuleChange;
  skip(of_amendment ? changes_ : *to->words, place_of(begin).depth, place_of(begin).indent);
}

// Only a `}` is taken to be there where it is missing: before what begins an item, and at the end.
antlr4::Token *Recovery::recoverInline(antlr4::Parser *) {
  auto *token = parser_.getCurrentToken();
  bool ends = token->getType() == antlr4::Token::EOF || place_of(token->getTokenIndex()).item;
  if (!ends || !parser_.getExpectedTokensWithinCurrentRule().contains(static_cast<ssize_t>(P::RBRACE)))
    throw antlr4::InputMismatchException(&parser_);
  reportMissingToken(&parser_);
  return getMissingSymbol(&parser_);
}

void Recovery::sync(antlr4::Parser *) {
  auto *state = parser_.getATN().states[parser_.getState()];
  auto &next = parser_.getATN().nextTokens(state);
  auto type = parser_.getTokenStream()->LA(1);
  if (next.contains(antlr4::Token::EPSILON) || next.contains(static_cast<ssize_t>(type))) return;
  auto kind = state->getStateType();
  bool loop = kind == ATNState::STAR_LOOP_ENTRY || kind == ATNState::STAR_LOOP_BACK || kind == ATNState::PLUS_LOOP_BACK;
  bool block = kind == ATNState::BLOCK_START || kind == ATNState::STAR_BLOCK_START || kind == ATNState::PLUS_BLOCK_START;
  if (!loop && !block) return;
  auto *context = parser_.getContext();
  auto *to = loop ? harbour(context->getRuleIndex(), true) : nullptr;
  if (!to) throw antlr4::InputMismatchException(&parser_);
  bool whole = to->words == &items_ || context->getRuleIndex() == P::RuleSteps;
  auto depth = whole ? 0 : place_of(context->getStart()->getTokenIndex()).depth + 1;
  auto *stream = parser_.getTokenStream();
  auto stands = [&] { // what goes on, or ends the block
    auto here = stream->LA(1);
    return next.contains(static_cast<ssize_t>(here)) || here == antlr4::Token::EOF || (here == P::RBRACE && depth > 0) ||
           place_of(stream->index()).item;
  };
  for (bool moves = true; moves && !stands();) { // a line that is garbled, and the next
    auto begin = stream->index();
    reportUnwantedToken(&parser_);
    skip(*to->words, depth, place_of(begin).indent);
    moves = stream->index() > begin;
  }
}

} // namespace deal::syntax
