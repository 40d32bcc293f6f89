package topology

// The bucket of batches has personal data, and keeps it for as long as it takes
// to send a mail. What is kept of a batch while it is worked on is below
// BatchWork, for about as long as a message is answered with the same.
const (
	BatchFilesDays = 7
	BatchWork      = "work/"
	BatchWorkDays  = 1
)

// BucketActions are the rights that batches take: on the bucket, and on what is
// in it.
func BucketActions() (bucket, files []string) {
	return []string{"ListBucket"}, []string{"AbortMultipartUpload", "GetObject", "PutObject"}
}
