package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func (c *comparison) compareParameters(theirs, ours *operation) {
	renamed := renamedInPath(theirs.path, ours.path)
	theirsByName := parametersByName(theirs, renamed)
	oursByName := parametersByName(ours, nil)
	for _, name := range sortedUnion(theirsByName, oursByName) {
		their, our := theirsByName[name], oursByName[name]
		place := fmt.Sprintf("%s parameter %q", cmp.Or(our, their).In, name)
		switch {
		case our == nil:
			c.add(place, "only theirs, %s", requiredWord(their.Required))
		case their == nil:
			c.add(place, "only ours, %s", requiredWord(our.Required))
		default:
			c.compareParameter(place, their, our)
		}
	}
}

func (c *comparison) compareParameter(place string, theirs, ours *openapi3.Parameter) {
	if theirs.Name != ours.Name {
		c.add(place, "theirs is called %q", theirs.Name)
	}
	if theirs.In != ours.In {
		c.add(place, "theirs is in the %s, ours is in the %s", theirs.In, ours.In)
	}
	c.differYesNo(place, "required", theirs.Required, ours.Required)
	c.compareShapes(place, "", shapeOf(schemaOfParameter(theirs)), shapeOf(schemaOfParameter(ours)), inRequest)
}

func schemaOfParameter(p *openapi3.Parameter) *openapi3.SchemaRef {
	if media := jsonMedia(p.Content); p.Schema == nil && media != nil {
		return media.Schema
	}
	return p.Schema
}

// renamedInPath tells, by their places in two paths of the same shape, what our names of their parameters are.
func renamedInPath(theirs, ours string) map[string]string {
	renamed := map[string]string{}
	if shapeOfPath(theirs) == shapeOfPath(ours) {
		names := placeholder.FindAllString(ours, -1)
		for i, name := range placeholder.FindAllString(theirs, -1) {
			renamed[strings.Trim(name, "{}")] = strings.Trim(names[i], "{}")
		}
	}
	return renamed
}

func parametersByName(o *operation, renamed map[string]string) map[string]*openapi3.Parameter {
	all := map[string]*openapi3.Parameter{}
	for _, ref := range o.parameters {
		name := ref.Value.Name
		if ours, ok := renamed[name]; ok && ref.Value.In == openapi3.ParameterInPath {
			name = ours
		}
		all[name] = ref.Value
	}
	return all
}

func bodyOf(o *operation) *openapi3.RequestBody {
	if o.RequestBody == nil {
		return nil
	}
	return o.RequestBody.Value
}

func (c *comparison) compareRequestBodies(theirs, ours *openapi3.RequestBody) {
	const place = "request body"
	switch {
	case theirs == nil && ours == nil:
	case ours == nil:
		c.add(place, "only theirs, %s", requiredWord(theirs.Required))
	case theirs == nil:
		c.add(place, "only ours, %s", requiredWord(ours.Required))
	default:
		c.differYesNo(place, "required", theirs.Required, ours.Required)
		c.compareContents(place, theirs.Content, ours.Content, inRequest)
	}
}

func (c *comparison) compareContents(place string, theirs, ours openapi3.Content, kind kind) {
	their, our := jsonMedia(theirs), jsonMedia(ours)
	switch {
	case len(theirs) == 0 && len(ours) == 0:
	case len(ours) == 0:
		c.add(place, "only theirs has a body, %s", mediaTypes(theirs))
	case len(theirs) == 0:
		c.add(place, "only ours has a body, %s", mediaTypes(ours))
	case their == nil || our == nil:
		c.differ(place+": content type", mediaTypes(theirs), mediaTypes(ours))
	default:
		c.compareShapes(place, "", shapeOf(their.Schema), shapeOf(our.Schema), kind)
	}
}

func mediaTypes(content openapi3.Content) string {
	return strings.Join(slices.Sorted(maps.Keys(content)), ", ")
}

func jsonMedia(content openapi3.Content) *openapi3.MediaType {
	if media := content["application/json"]; media != nil {
		return media
	}
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if isJSON(name) {
			return content[name]
		}
	}
	return nil
}

func (c *comparison) compareResponses(theirs, ours *openapi3.Responses) {
	theirSuccess, ourSuccess := statuses(theirs, isSuccess), statuses(ours, isSuccess)
	c.differ("response status", listOr(theirSuccess, "none"), listOr(ourSuccess, "none"))
	if len(theirSuccess) > 0 && len(ourSuccess) > 0 {
		their, our := theirSuccess[0], ourSuccess[0]
		c.compareContents("response "+their, theirs.Value(their).Value.Content, ours.Value(our).Value.Content, inReply)
	}
	theirOthers, ourOthers := statuses(theirs, isOther), statuses(ours, isOther)
	for _, status := range theirOthers {
		c.compareError(status, theirs.Value(status), covering(ours, status))
	}
	for _, status := range ourOthers {
		if !slices.ContainsFunc(theirOthers, func(their string) bool { return covers(status, their) }) {
			c.add("response "+status, "only ours")
		}
	}
}

func (c *comparison) compareError(status string, theirs, ours *openapi3.ResponseRef) {
	place := "response " + status
	if ours == nil {
		c.add(place, "only theirs")
		return
	}
	their, our := jsonMedia(theirs.Value.Content), jsonMedia(ours.Value.Content)
	if their == nil || our == nil {
		return // ours may be anything
	}
	theirShape, ourShape := shapeOf(their.Schema), shapeOf(our.Schema)
	if len(theirShape.fields) > 0 && len(common(theirShape.fields, ourShape.fields)) == 0 {
		c.add(place, "theirs has the fields %s, ours one of %s",
			list(slices.Sorted(maps.Keys(theirShape.fields))), list(slices.Sorted(maps.Keys(ourShape.fields))))
		return
	}
	c.compareShapes(place, "", theirShape, ourShape, inError)
}

func statuses(responses *openapi3.Responses, wanted func(string) bool) []string {
	if responses == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(responses.Map())), func(status string) bool {
		response := responses.Value(status)
		return !wanted(status) || status == "" || response == nil || response.Value == nil
	})
}

func isSuccess(status string) bool { return strings.HasPrefix(status, "2") }
func isOther(status string) bool   { return !isSuccess(status) }

// covers says whether 4XX is about 404, and default about both.
func covers(wide, narrow string) bool {
	return strings.EqualFold(wide, narrow) || narrow == "default" || wide == "default" ||
		strings.HasSuffix(strings.ToUpper(wide), "XX") && wide[0] == narrow[0]
}

func covering(responses *openapi3.Responses, status string) *openapi3.ResponseRef {
	for _, ours := range statuses(responses, isOther) {
		if covers(ours, status) {
			return responses.Value(ours)
		}
	}
	return nil
}

func requiredWord(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

func list(all []string) string { return strings.Join(all, ", ") }

func listOr(all []string, none string) string { return cmp.Or(list(all), none) }

func sortedUnion[V any](a, b map[string]V) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

func common[V any](a, b map[string]V) []string {
	return slices.DeleteFunc(slices.Collect(maps.Keys(a)), func(key string) bool { _, in := b[key]; return !in })
}
