"""Plans that RML-Core can say: reads any plan, yields one with the same quads.

RML-Core has one subject map in a triples map and no conditions. Several subjects become several triples maps, and a condition
becomes a query over the source. So does the base of IRIs that data gives, for processors that know none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from kzlod.errors import ConfigurationError
from kzlod.mapping.plan import (
    Condition,
    DatabaseSource,
    FileSource,
    Format,
    JoinCondition,
    LogicalSource,
    ParentObject,
    Parts,
    Plan,
    PredicateObject,
    QuerySource,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kzlod.quoting import write_name, write_text


def make_absolute(plan: Plan) -> Plan:
    """A plan of the same quads in which no IRI of a table's values is relative: a query puts the base before it.

    Sources that SQL does not read stay as they are.
    """
    sources = dict(plan.sources)
    maps = tuple(_make_map_absolute(plan, one, sources) for one in plan.triples_maps)
    return replace(plan, sources=sources, triples_maps=maps)


def restrict_to_core(plan: Plan) -> Plan:
    """A plan of the same quads whose triples maps have one subject each and no conditions.

    Raises:
        ConfigurationError: a condition stands over a source that SQL does not read.
    """
    return _Core(plan).restrict()


def delimit_columns(plan: Plan) -> Plan:
    """A plan that reads the same columns where SQL's double quotes around a database's column are no part of its name."""
    databases = {one.name for one in plan.triples_maps if isinstance(plan.sources[one.source], DatabaseSource)}
    return replace(plan, triples_maps=tuple(_delimit_map(one, databases) for one in plan.triples_maps))


def _delimit_map(triples_map: TriplesMap, databases: set[str]) -> TriplesMap:
    is_own = triples_map.name in databases

    def delimit_join(join: JoinCondition, parent: str) -> JoinCondition:
        child = _delimit(join.child) if is_own else join.child
        return replace(join, child=child, parent=_delimit(join.parent) if parent in databases else join.parent)

    def delimit_parent(made: TermMap | ParentObject) -> TermMap | ParentObject:
        if isinstance(made, TermMap):
            return made
        return replace(made, conditions=tuple(delimit_join(join, made.parent) for join in made.conditions))

    predicate_objects = tuple(
        replace(po, objects=tuple(delimit_parent(made) for made in po.objects)) for po in triples_map.predicate_objects
    )
    made = replace(triples_map, predicate_objects=predicate_objects)
    return made.map_terms(_delimit_term) if is_own else made


def _delimit_term(term: TermMap) -> TermMap:
    return replace(term, parts=_delimit(term.parts), language=_delimit(term.language), datatype=_delimit(term.datatype))


def _delimit(parts: Parts) -> Parts:
    """Parts in which a column whose name itself stands in double quotes has another pair around it."""
    return tuple(
        Reference(write_name(part.column))
        if isinstance(part, Reference) and len(part.column) > 2 and part.column[0] == part.column[-1] == '"'
        else part
        for part in parts
    )


class _Core:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.parents = {parent.name: parent for parent in plan.triples_maps}
        objects = (made for one in plan.triples_maps for po in one.predicate_objects for made in po.objects)
        self.referred = {made.parent for made in objects if isinstance(made, ParentObject)}
        self.sources = dict(plan.sources)
        self.names = set(self.parents)
        self.subject_names = {parent.name: self._name_subjects(parent) for parent in plan.triples_maps}

    def restrict(self) -> Plan:
        maps = [
            single
            for triples_map in self.plan.triples_maps
            for part in self._split_conditions(triples_map)
            for single in self._split_subjects(part, triples_map.source)
        ]
        return replace(self.plan, sources=self.sources, triples_maps=tuple(maps))

    def _name_subjects(self, triples_map: TriplesMap) -> list[str]:
        """The names of the triples maps of each subject; the first keeps the name."""
        return [triples_map.name, *(self._new_name(triples_map.name) for _ in triples_map.subjects[1:])]

    def _new_name(self, name: str) -> str:
        made = next(f"{name}-{number}" for number in count(2) if f"{name}-{number}" not in self.names)
        self.names.add(made)
        return made

    # Conditions

    def _split_conditions(self, triples_map: TriplesMap) -> Iterator[TriplesMap]:
        """The triples map without conditions, under its name for those that refer to it, and one for each set of conditions."""
        groups: dict[tuple[Condition, ...], list[PredicateObject]] = {(): []}
        for po in triples_map.predicate_objects:
            group = groups.setdefault((*triples_map.conditions, *po.conditions), [])
            group.append(replace(po, conditions=()))
        if len(groups) > 1 and not groups[()] and triples_map.name not in self.referred:
            del groups[()]
        for conditions, predicate_objects in groups.items():
            part = replace(triples_map, predicate_objects=tuple(predicate_objects), conditions=())
            if conditions:
                part = replace(part, name=self._new_name(part.name), source=self._add_query(part.source, conditions))
            yield part

    def _add_query(self, name: str, conditions: tuple[Condition, ...]) -> str:
        """Enter the query of the rows of a source for which conditions hold."""
        source = self.sources[name]
        if isinstance(source, DatabaseSource) or (isinstance(source, FileSource) and not _is_table(source)):
            message = "a condition over JSON or a database cannot be written as RML: say it in a query"
            raise ConfigurationError([condition.place.problem(message, "rml") for condition in conditions])
        where = " AND ".join(f"{_write_text(one.left)} = {_write_text(one.right)}" for one in conditions)
        made = QuerySource(f"SELECT * FROM {write_name(name)} WHERE {where}", conditions[0].place)
        return enter_source(self.sources, f"{name}-where", made)

    # Subjects

    def _split_subjects(self, triples_map: TriplesMap, source: str) -> Iterator[TriplesMap]:
        """A triples map for each subject; ``source`` is the one of the rows before conditions were a query."""
        is_filtered = triples_map.source != source
        read = tuple(
            replace(po, objects=tuple(made for one in po.objects for made in self._spread(one, source, is_filtered=is_filtered)))
            for po in triples_map.predicate_objects
        )
        is_own = triples_map.name in self.parents
        names = self.subject_names[triples_map.name] if is_own else self._name_subjects(triples_map)
        for name, subject in zip(names, triples_map.subjects, strict=True):
            yield replace(triples_map, name=name, subjects=(subject,), predicate_objects=read)

    def _spread(self, made: TermMap | ParentObject, source: str, *, is_filtered: bool) -> Iterator[TermMap | ParentObject]:
        """One object for each subject of a parent; that subject itself where a query stands between two that share their rows."""
        if isinstance(made, TermMap):
            yield made
            return
        parent = self.parents[made.parent]
        is_own_row = not made.conditions and self.plan.sources[parent.source] == self.plan.sources[source]
        if is_own_row and is_filtered:
            yield from parent.subjects
        else:
            yield from (replace(made, parent=name) for name in self.subject_names[made.parent])


def _make_map_absolute(plan: Plan, triples_map: TriplesMap, sources: dict[str, LogicalSource]) -> TriplesMap:
    """The triples map over a source whose columns of IRIs are absolute; the source is entered."""
    predicate_objects = tuple(
        replace(po, objects=tuple(dict.fromkeys(own for made in po.objects for own in _inline_own_row(plan, triples_map, made))))
        for po in triples_map.predicate_objects
    )
    inlined = replace(triples_map, predicate_objects=predicate_objects)
    columns = sorted({(column, term.base) for term in inlined.iter_terms() if (column := _find_open(term))})
    source = plan.sources[triples_map.source]
    if not columns or isinstance(source, DatabaseSource) or (isinstance(source, FileSource) and not _is_table(source)):
        return triples_map
    made = (f"{_resolve(column, base or plan.base)} AS {write_name(_name_absolute(column, base))}" for column, base in columns)
    added = ", ".join(made)
    query = QuerySource(f"SELECT *, {added} FROM {write_name(triples_map.source)}", triples_map.place)
    name = enter_source(sources, f"{triples_map.source}-absolute", query)
    return replace(inlined.map_terms(_point_to_absolute), source=name)


def _inline_own_row(plan: Plan, child: TriplesMap, made: TermMap | ParentObject) -> tuple[TermMap | ParentObject, ...]:
    if isinstance(made, TermMap) or made.conditions:
        return (made,)
    parent = next(one for one in plan.triples_maps if one.name == made.parent)
    return parent.subjects if plan.sources[parent.source] == plan.sources[child.source] else (made,)


def _find_open(term: TermMap) -> str:
    """The column whose value is an IRI as it stands; empty for other terms."""
    head = term.parts[0]
    is_open = term.term_type is TermType.IRI and not term.is_template and len(term.parts) == 1
    return head.column if is_open and isinstance(head, Reference) else ""


def _point_to_absolute(term: TermMap) -> TermMap:
    column = _find_open(term)
    return replace(term, parts=(Reference(_name_absolute(column, term.base)),), base="") if column else term


def _name_absolute(column: str, base: str) -> str:
    return f"{column} (absolute{f' from {base}' if base else ''})"


def _resolve(column: str, base: str) -> str:
    text = f"CAST({write_name(column)} AS VARCHAR)"
    return f"CASE WHEN regexp_matches({text}, '^[A-Za-z][A-Za-z0-9+.-]*:') THEN {text} ELSE {write_text(base)} || {text} END"


def enter_source(sources: dict[str, LogicalSource], stem: str, made: LogicalSource) -> str:
    """Enter a source under a name that is free, or that it has already; the name."""
    names = (f"{stem}-{number}" for number in count(1))
    free = next(name for name in names if sources.get(name) in {None, made})
    sources[free] = made
    return free


def _is_table(source: FileSource) -> bool:
    return source.format in {Format.CSV, Format.PARQUET}


def _write_text(parts: Parts) -> str:
    """The SQL of the text that parts make."""
    texts = [write_text(part) if isinstance(part, str) else f"CAST({write_name(part.column)} AS VARCHAR)" for part in parts]
    return " || ".join(texts)
