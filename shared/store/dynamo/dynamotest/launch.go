package dynamotest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

var errMissing = errors.New("DynamoDB Local is missing: .ci/fetch-dynamodb fetches it, and make test runs everything beside it")

// guarded ends Java when its standard input does. That is a pipe which nobody
// but the test binary holds, so Java ends with it, however that is.
const guarded = `"$@" >/dev/null 2>&1 </dev/null & server=$!; cat >/dev/null; kill "$server"`

// patience is how long DynamoDB Local may take to answer on a busy machine.
const patience = time.Minute

// launch starts DynamoDB Local on a free port and waits until it listens. It
// runs until its input is closed, or nobody refers to it any more.
func launch() (endpoint string, input io.Closer, err error) {
	folder, err := tools()
	if err != nil {
		return "", nil, err
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return "", nil, fmt.Errorf("%w (there is no Java)", errMissing)
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	command := exec.Command("sh", "-c", guarded, "sh", java,
		"-Djava.library.path="+filepath.Join(folder, "DynamoDBLocal_lib"), "-Djava.awt.headless=true",
		"-jar", filepath.Join(folder, "DynamoDBLocal.jar"),
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	command.Dir = folder // it leaves a file where it runs
	if input, err = command.StdinPipe(); err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, fmt.Errorf("start DynamoDB Local: %w", err)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for since := time.Now(); time.Since(since) < patience; time.Sleep(50 * time.Millisecond) {
		if connection, err := net.Dial("tcp", address); err == nil {
			return "http://" + address, input, connection.Close()
		}
	}
	return "", nil, fmt.Errorf("DynamoDB Local did not answer on port %d for %s", port, patience)
}

// tools returns the folder of DynamoDB Local, below the module's root.
func tools() (string, error) {
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(root) == root {
			return "", errMissing
		}
		root = filepath.Dir(root)
	}
	folder := filepath.Join(root, ".tools", "dynamodb")
	if _, err := os.Stat(filepath.Join(folder, "DynamoDBLocal.jar")); err != nil {
		return "", errMissing
	}
	return folder, nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
