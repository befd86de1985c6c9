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

// page is what matters of a page of users here.
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

// examineList looks at what a schema cannot say: whether items hold roles, how large a page is, whether count is exact.
func (d *doctor) examineList(ctx context.Context, f *findings, a answer) {
	first := pageOf(a)
	examineRoles(f, first.items)
	if first.count < 0 {
		return // told already
	}
	if first.count > len(first.items) && len(first.items) != pageSize {
		f.differ("a page without page_size holds %d users, the contract says %d", len(first.items), pageSize)
	}
	if first.count == len(first.items) && len(first.items) < pageSize {
		examineCount(f, first.count, first.items)
		return
	}
	if all, complete := d.walk(ctx, f); complete {
		examineCount(f, first.count, all)
	}
}

func examineRoles(f *findings, items []any) {
	with := 0
	for _, item := range items {
		fields, _ := item.(map[string]any)
		if _, there := fields["roles"]; there {
			with++
		}
	}
	switch {
	case with == 0:
	case with == len(items):
		f.remark("the items hold roles after all; the contract allows it")
	default:
		f.differ("%d of %d items hold roles, the contract says none or all", with, len(items))
	}
}

// walk reads page after page until one is not full and there is no more to come.
func (d *doctor) walk(ctx context.Context, f *findings) (all []any, complete bool) {
	for number := 1; number <= mostPage; number++ {
		q := question{operation: "listUsers", query: url.Values{
			"page_number": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(pageSize)},
		}}
		a, ok := d.ask(ctx, f, q)
		if !ok {
			return nil, false
		}
		if a.status >= http.StatusBadRequest {
			f.differ("page %d: status %d, the contract says 200", number, a.status)
			return nil, false
		}
		if !d.judge(f, q, a) {
			return nil, false
		}
		p := pageOf(a)
		all = append(all, p.items...)
		if len(p.items) == 0 || len(p.items) < pageSize && len(all) >= p.count {
			return all, true
		}
	}
	f.remark("the list goes on after %d pages; whether count is exact was not looked at", mostPage)
	return nil, false
}

func examineCount(f *findings, count int, items []any) {
	ids := map[string]bool{}
	for _, item := range items {
		fields, _ := item.(map[string]any)
		if id, isText := fields["id"].(string); isText {
			ids[id] = true
		}
	}
	if len(ids) != count {
		f.differ("count is %d, the pages hold %d different ids (ask again if somebody joined or left meanwhile)", count, len(ids))
	}
}
