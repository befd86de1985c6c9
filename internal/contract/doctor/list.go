package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

const (
	pageSize = 100
	mostPage = 200
)

// page holds the parts of a page of users that are checked here.
type page struct {
	count int
	items []any
}

func pageOf(a answer) page {
	fields, _ := a.value.(map[string]any)
	count, isNumber := fields["count"].(float64)
	if !isNumber {
		count = -1
	}
	items, _ := fields["items"].([]any)
	return page{count: int(count), items: items}
}

// examineList checks what a schema cannot say: roles in items, the page size, the exactness of count, and the page after the
// last.
func (d *doctor) examineList(ctx context.Context, f *findings, a answer) {
	first := pageOf(a)
	d.examineRoles(f, first.items)
	if first.count < 0 {
		return // already reported
	}
	if first.count > len(first.items) && len(first.items) != pageSize {
		f.differ("a page without page_size holds %d users, the contract says %d", len(first.items), pageSize)
	}
	all, pages := first.items, 1
	if first.count != len(first.items) || len(first.items) >= pageSize {
		if all, pages = d.walk(ctx, f); pages == 0 {
			return
		}
	}
	if examineCount(f, first.count, all) && d.examineEmptyPage(ctx, f, pages+1) {
		d.recognise(f, "list", "exact")
	}
}

func (d *doctor) examineRoles(f *findings, items []any) {
	for _, item := range items {
		fields, _ := item.(map[string]any)
		if _, there := fields["roles"]; there {
			d.recognise(f, "more", "list-roles")
			return
		}
	}
}

// examineEmptyPage reports whether a page after the last has the form of other pages.
func (d *doctor) examineEmptyPage(ctx context.Context, f *findings, number int) bool {
	q := pageQuestion(number)
	a, ok := d.ask(ctx, f, q)
	if !ok {
		return false
	}
	fields, _ := a.value.(map[string]any)
	items, there := fields["items"]
	switch {
	case a.status >= http.StatusBadRequest:
		f.remark("a page after the last is refused with status %d; if members leave during a run, the run ends with that error", a.status)
		return false
	case there && items == nil:
		d.recognise(f, "list", "null-page")
		return false
	}
	if more := pageOf(a).items; len(more) > 0 {
		f.differ("page %d holds %d users beyond count", number, len(more))
		return false
	}
	return d.judge(f, q, a)
}

func pageQuestion(number int) question {
	return question{operation: "listUsers", query: url.Values{
		"page_number": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(pageSize)},
	}}
}

// walk reads pages until one is empty or count is reached. It returns the number of pages, or 0 if it could not read all.
func (d *doctor) walk(ctx context.Context, f *findings) (all []any, pages int) {
	for number := 1; number <= mostPage; number++ {
		q := pageQuestion(number)
		a, ok := d.ask(ctx, f, q)
		if !ok {
			return nil, 0
		}
		if a.status >= http.StatusBadRequest {
			f.differ("page %d: status %d, the contract says 200", number, a.status)
			return nil, 0
		}
		if !d.judge(f, q, a) {
			return nil, 0
		}
		p := pageOf(a)
		all = append(all, p.items...)
		if len(p.items) == 0 || len(all) >= p.count {
			return all, number
		}
	}
	f.remark("the list continues after %d pages; the exactness of count was not checked", mostPage)
	return nil, 0
}

// examineCount reports whether count is the number of different IDs.
func examineCount(f *findings, count int, items []any) bool {
	ids := map[string]bool{}
	for _, item := range items {
		fields, _ := item.(map[string]any)
		if id, isText := fields["id"].(string); isText {
			ids[id] = true
		}
	}
	if len(ids) != count {
		f.differ("count is %d, the pages hold %d different IDs (run again if a member joined or left during the run)", count, len(ids))
	}
	return len(ids) == count
}
