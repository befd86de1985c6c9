package internal_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Each requirement of what is shipped is somebody else's code that its users have to trust. There are few.
func TestFewRequirements(t *testing.T) {
	const most = 60
	file, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	requirement := regexp.MustCompile(`(?m)^(?:require )?\s*[\w.-]+\.[\w-]+/\S+ v\S+`)
	found := requirement.FindAllString(string(file), -1)
	if len(found) == 0 || len(found) > most {
		t.Errorf("go.mod has %d requirements, and may have %d", len(found), most)
	}
	if strings.Contains(string(file), "\nreplace ") {
		t.Error("go.mod replaces a module")
	}
}
