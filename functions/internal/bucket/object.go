package bucket

import (
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// pieceBytes is how much of an object is kept in memory. A larger one is sent in
// pieces, of which S3 takes 10,000.
const pieceBytes = 8 << 20

// object is an object that is being written. S3 shows it once it is whole.
type object struct {
	ctx    context.Context
	bucket *Bucket
	key    string
	piece  bytes.Buffer
	upload *string // nil while one piece is enough
	sent   []types.CompletedPart
}

// Write implements batch.File.
func (o *object) Write(p []byte) (int, error) {
	n, _ := o.piece.Write(p) // a buffer takes everything
	if o.piece.Len() >= pieceBytes {
		if err := o.send(); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// send sends a piece.
func (o *object) send() error {
	if o.upload == nil {
		begun, err := o.bucket.client.CreateMultipartUpload(o.ctx, &s3.CreateMultipartUploadInput{Bucket: &o.bucket.name, Key: &o.key})
		if err != nil {
			return fmt.Errorf("write %s: %w", o.key, err)
		}
		o.upload = begun.UploadId
	}
	number := aws.Int32(int32(len(o.sent) + 1))
	out, err := o.bucket.client.UploadPart(o.ctx, &s3.UploadPartInput{
		Bucket: &o.bucket.name, Key: &o.key, UploadId: o.upload, PartNumber: number, Body: bytes.NewReader(o.piece.Bytes()),
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", o.key, err)
	}
	o.sent = append(o.sent, types.CompletedPart{ETag: out.ETag, PartNumber: number, ChecksumCRC32: out.ChecksumCRC32})
	o.piece.Reset()
	return nil
}

// Commit implements batch.File.
func (o *object) Commit() (err error) {
	if o.upload == nil {
		_, err = o.bucket.client.PutObject(o.ctx, &s3.PutObjectInput{Bucket: &o.bucket.name, Key: &o.key, Body: bytes.NewReader(o.piece.Bytes())})
	} else {
		if o.piece.Len() > 0 {
			if err := o.send(); err != nil {
				return err
			}
		}
		_, err = o.bucket.client.CompleteMultipartUpload(o.ctx, &s3.CompleteMultipartUploadInput{
			Bucket: &o.bucket.name, Key: &o.key, UploadId: o.upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: o.sent},
		})
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", o.key, err)
	}
	o.upload = nil
	return nil
}

// Discard implements batch.File. What it cannot take away, the bucket does after
// a day.
func (o *object) Discard() {
	if o.upload == nil {
		return
	}
	_, _ = o.bucket.client.AbortMultipartUpload(context.WithoutCancel(o.ctx), &s3.AbortMultipartUploadInput{
		Bucket: &o.bucket.name, Key: &o.key, UploadId: o.upload,
	})
	o.upload = nil
}
